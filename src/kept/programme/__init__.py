"""The programme: how a company gets better at it. One folder each for what it does.

lessons    what everyone learns, with a quiz at the end
cases      what others can learn from what happened, with nobody named
newsletter writes itself each week, and goes once somebody lets it go
meeting    a page for ten minutes of a team
campaign   posters, and the stories of customers that stand on them
"""
