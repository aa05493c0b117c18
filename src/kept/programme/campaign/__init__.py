"""The campaign: posters and banners to hang up, made of the company's own data. docs/posters.md says which there are.

`typesetting` sets a sheet, `posters` gathers what stands on it, `stories` are those of customers who agreed to them.
"""
