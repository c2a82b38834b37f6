"""Mayan's settings for use, but pages name their scripts and styles without looking them up: those of browsers, which would
have to be fetched from npm, are not measured."""

from mayan.settings.production import *  # noqa: F403
from mayan.settings.production import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
