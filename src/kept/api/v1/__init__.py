"""The API for other programs, under /api/v1: what a person can do by page, a program does here with that person's key.

`door` is what every call goes through, `routes` are the calls, `shapes` what they take and give, `openapi` describes
them. Every write is a call of an action, every read goes through what the person may see.
"""
