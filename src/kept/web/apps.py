from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "kept.web"
    verbose_name = "Pages"
