"""Mayan's account and COUNT letters with the rows that an upload leaves: document, file, its page and parsed text, version and
its page. Uploaded one by one they cost 160 queries and a dozen commits of the index each. `python fill.py COUNT`; what is there
already is left."""

import hashlib
import os
import pathlib
import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.db import transaction  # noqa: E402

from mayan.apps.document_parsing.models import DocumentFilePageContent  # noqa: E402
from mayan.apps.documents.models import (  # noqa: E402
    Document,
    DocumentFile,
    DocumentFilePage,
    DocumentType,
    DocumentVersion,
    DocumentVersionPage,
)
from mayan.apps.dynamic_search.search_backends import SearchBackend  # noqa: E402
from mayan.apps.dynamic_search.search_models import SearchModel  # noqa: E402
from mayan.apps.task_manager.models import TaskDeduplicationEntry  # noqa: E402

import letters  # noqa: E402


def account():
    user, _ = get_user_model().objects.get_or_create(username="admin")
    user.is_active = user.is_staff = user.is_superuser = True
    user.set_password("belde-deneme")
    user.save()


@transaction.atomic
def load(numbers):
    kind, _ = DocumentType.objects.get_or_create(label="Dilekçe")
    documents, files = [], []
    for number in numbers:
        name, written = f"dilekce-{number:06}.pdf", letters.pdf(number)
        document = Document(document_type=kind, label=name, language="tur", is_stub=False)
        documents.append(document)
        files.append(
            DocumentFile(
                document=document,
                file=ContentFile(written, name=name),
                filename=name,
                mimetype="application/pdf",
                encoding="iso-8859-1",
                checksum=hashlib.sha256(written).hexdigest(),
                size=len(written),
            )
        )
    Document.objects.bulk_create(documents)
    DocumentFile.objects.bulk_create(files)
    pages = DocumentFilePage.objects.bulk_create(DocumentFilePage(document_file=it, page_number=1) for it in files)
    texts = ["\n".join(letters.text(number)) for number in numbers]
    DocumentFilePageContent.objects.bulk_create(
        DocumentFilePageContent(document_file_page=page, content=text) for page, text in zip(pages, texts)
    )
    versions = DocumentVersion.objects.bulk_create(DocumentVersion(document=it, active=True) for it in documents)
    kind_of_page = ContentType.objects.get_for_model(DocumentFilePage)
    DocumentVersionPage.objects.bulk_create(
        DocumentVersionPage(document_version=version, page_number=1, content_type=kind_of_page, object_id=page.pk)
        for version, page in zip(versions, pages)
    )
    for document, file, version in zip(documents, files, versions):
        document.file_latest, document.version_active = file, version
    Document.objects.bulk_update(documents, ["file_latest", "version_active"])


def index():
    """What `search_reindex` does, with one commit for each of the indexes instead of one for ten documents."""
    backend = SearchBackend.get_instance()
    backend.reset()
    for model in SearchModel.all():
        with backend._get_writer(search_model=model) as writer:
            for instance in model.get_queryset().iterator():
                writer.add_document(**model.populate(search_backend=backend, instance=instance))


account()
# Marks of tasks that waited in the queue of an earlier run, which is gone: they would keep the same ones from being queued.
TaskDeduplicationEntry.objects.all().delete()
began = time.time()
known = set(Document.objects.values_list("label", flat=True))
wanted = [number for number in range(1, int(sys.argv[1]) + 1) if f"dilekce-{number:06}.pdf" not in known]
indexed = pathlib.Path(os.environ["MAYAN_MEDIA_ROOT"], "indexed")
if wanted:
    indexed.unlink(missing_ok=True)
    load(wanted)
    print(f"{len(wanted)} letters in {time.time() - began:.0f} s", flush=True)
if not indexed.exists():
    began = time.time()
    index()
    indexed.touch()
    print(f"search index in {time.time() - began:.0f} s", flush=True)
