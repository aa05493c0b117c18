from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """The loop: ask, promise, deliver, accept."""

    name = "kept.promises"
    verbose_name = "Promises"
