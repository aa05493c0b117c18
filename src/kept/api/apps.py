from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The doors for other programs."""

    name = "kept.api"
    label = "api"
    verbose_name = "API"
