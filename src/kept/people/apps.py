from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Who works here and who is served."""

    name = "kept.people"
    verbose_name = "People"
