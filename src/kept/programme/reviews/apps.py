from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Reviews between two teams."""

    name = "kept.programme.reviews"
    label = "reviews"
    verbose_name = "Reviews"
