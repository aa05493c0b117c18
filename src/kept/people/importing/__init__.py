"""A file of people, teams and outside customers: read it, say what it would change, then change it.

sheet = read_sheet(data)                  sheet.py     bytes → rows with line numbers
plan = make_plan(sheet, known_now(), …)   planning.py  what is added, changed, left as it is, rejected
apply(plan)                               applying.py  in one transaction, the reach worked out once
"""
