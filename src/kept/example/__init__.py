"""Oak & Iron Furniture (example): an invented company, and six months of its promises, to try Kept with.

Nobody in it exists. `simulation.lay` plays it into an empty installation, through the same actions that people use.
"""
