#!/bin/sh
# Mayan EDMS of PyPI on the PostgreSQL of 127.0.0.1:5432 with two thousand letters of one page, searched by Whoosh as it ships, served by
# gunicorn as it advises (three workers, gevent) on port 8092, its background work by one Celery worker of two processes. As root:
# `setup.sh [FOLDER [COUNT]]`, again at will; then `cargo xtask bench --mayan 127.0.0.1:8092`.
# FOLDER keeps the environment, the files and the index; without one, and with a new one, the database is made anew, too.
set -e
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$(mktemp -d)}
count=${2:-2000}
export DEBIAN_FRONTEND=noninteractive
# libldap and libsasl: python-ldap is compiled. The letters have their text, so nothing is installed that reads pictures.
apt-get install -y --no-install-recommends gcc python3-dev python3-venv libldap-dev libsasl2-dev libmagic1 libcairo2 poppler-utils \
  libimage-exiftool-perl gnupg redis-server
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$folder"
[ -x venv/bin/python ] || python3 -m venv venv
[ -x venv/bin/mayan-edms.py ] || venv/bin/pip install --quiet 'mayan-edms==4.12.2' 'celery[redis]' 'psycopg2-binary==2.9.*' 'gunicorn==26.*'
export PYTHONPATH="$here" PYTHONWARNINGS=ignore PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=bench_settings MAYAN_MEDIA_ROOT="$folder/media"
export MAYAN_DATABASES="{'default':{'ENGINE':'django.db.backends.postgresql','NAME':'mayan_bench','USER':'postgres','HOST':'127.0.0.1','PORT':'5432','CONN_MAX_AGE':60}}"
# It answers one asker twenty times a second at most unless this is off.
export MAYAN_REST_API_THROTTLING_ENABLED=False MAYAN_OCR_AUTO_OCR=False MAYAN_VIEWS_PAGINATE_BY=25
server=postgres://postgres@127.0.0.1:5432
if [ ! -e ready ]; then
  rm -rf media
  psql "$server/postgres" -c 'DROP DATABASE IF EXISTS mayan_bench' -c "CREATE DATABASE mayan_bench TEMPLATE template0 ENCODING 'UTF8'"
  # --force, because importing the settings writes a file into the folder that it wants to make; --no-dependencies: nothing from npm.
  venv/bin/mayan-edms.py common_initial_setup --force --no-dependencies
  touch ready
fi
venv/bin/python "$here/fill.py" "$count"
# Its queue in memory reaches no other process; so it has the broker that its makers advise, on a port of its own and kept nowhere.
export MAYAN_CELERY_BROKER_URL=redis://127.0.0.1:8093/0 MAYAN_CELERY_RESULT_BACKEND=redis://127.0.0.1:8093/1
redis-server --bind 127.0.0.1 --port 8093 --save '' --appendonly no --dir "$folder" > redis.log &
redis=$!
venv/bin/celery -A mayan worker --concurrency 2 --loglevel ERROR -Ofair > worker.log 2>&1 &
worker=$!
echo 127.0.0.1:8092 | tee address
venv/bin/gunicorn --worker-class gevent --workers 3 --timeout 120 --graceful-timeout 5 --bind 127.0.0.1:8092 --log-level error mayan.wsgi > web.log 2>&1 &
web=$!
# The worker ends in order only while it has its broker.
trap 'kill $web $worker; wait $web $worker; kill $redis' EXIT
trap 'exit 0' INT TERM
wait $web
