"""Reviews: once a quarter two teams look at what they promised each other, and leave with promises."""
