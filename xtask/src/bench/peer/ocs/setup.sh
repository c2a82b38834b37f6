#!/bin/sh
# OCS Inventory's communication server of Debian 12 under Apache (prefork, mod_perl) on port 8091 with MariaDB in its usual settings. As root,
# once; then `cargo xtask bench --ocs 127.0.0.1:8091`. Its tables come from the package of its web interface, which is not run.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends dbconfig-no-thanks ocsinventory-server apache2 libapache2-mod-perl2 mariadb-server
folder=$(mktemp -d)
cd "$folder"
apt-get download ocsinventory-reports
dpkg -x ocsinventory-reports_*.deb .
pidof mariadbd || { mysqld_safe --user=mysql & sleep 8; }
mysql -e "CREATE DATABASE ocsweb CHARACTER SET utf8mb4; CREATE USER ocs@localhost IDENTIFIED BY 'ocs'; GRANT ALL ON ocsweb.* TO ocs@localhost"
files=usr/share/ocsinventory-reports/files
# What the base has already is refused by the updates; that is how the installer runs them, too.
mysql --force ocsweb < $files/ocsbase.sql || true
for update in $files/update/70[3-9]*.sql; do mysql --force ocsweb < "$update" || true; done
mysql ocsweb -e "ALTER TABLE software_name ADD CATEGORY int NULL" || true
a2dismod mpm_event
a2enmod perl mpm_prefork
a2enconf ocsinventory-server
sed -i 's/^Listen 80$/Listen 127.0.0.1:8091/' /etc/apache2/ports.conf
exec apachectl -D FOREGROUND
