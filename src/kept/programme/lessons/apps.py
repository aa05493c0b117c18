from django.apps import AppConfig


class LessonsConfig(AppConfig):
    """Lessons and quizzes."""

    name = "kept.programme.lessons"
    label = "lessons"
    verbose_name = "Lessons"
