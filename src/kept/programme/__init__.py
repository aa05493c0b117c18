"""The programme: how a company gets better at it. One folder each for what it does.

lessons    what everyone learns, with a quiz at the end
campaign   posters, and the stories of customers that stand on them
"""
