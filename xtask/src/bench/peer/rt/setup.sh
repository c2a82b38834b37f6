#!/bin/sh
# Request Tracker 5 of Debian 12 on the PostgreSQL of 127.0.0.1:5432 with a hundred thousand tickets, served by Starman with five workers on
# port 8090. As root, once; then `cargo xtask bench --size 100k --rt 127.0.0.1:8090`.
set -e
here=$(dirname "$0")
export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends dbconfig-no-thanks request-tracker5 rt5-standalone rt5-db-postgresql starman
config=/etc/request-tracker5/RT_SiteConfig.d
sed -i '/DatabaseType\|DatabaseName\|WebPath/d' "$config/50-debconf.pm"
cat > "$config/90-bench.pm" <<'END'
Set($rtname, 'bench');
Set($Organization, 'bench.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, 8090);
Set($WebPath, '');
Set($DatabaseType, 'Pg');
Set($DatabaseHost, '127.0.0.1');
Set($DatabasePort, '5432');
Set($DatabaseUser, 'postgres');
Set($DatabasePassword, 'x');
Set($DatabaseName, 'rt5');
Set($DatabaseAdmin, 'postgres');
Set($WebSecureCookies, 0);
Set($RestrictReferrer, 0);
1;
END
server=postgres://postgres@127.0.0.1:5432
psql "$server/postgres" -c "CREATE DATABASE rt5 TEMPLATE template0 ENCODING 'UTF8'"
for action in schema acl coredata; do rt-setup-database --action $action --dba postgres --dba-password x; done
rt-setup-database --action insert --datafile /usr/share/request-tracker5/etc/initialdata --dba postgres --dba-password x
perl -Mutf8 -I/usr/share/request-tracker5/lib -MRT -e '
  RT::LoadConfig(); RT::Init();
  my $root = RT::User->new(RT->SystemUser); $root->Load("root"); $root->SetPassword("belde-deneme");
  RT::User->new(RT->SystemUser)->Create(Name => "personel", EmailAddress => "personel@bench.example", Privileged => 0);'
psql "$server/rt5" -q -f "$here/fill.sql"
exec /usr/share/request-tracker5/libexec/rt-server --server Starman --host 127.0.0.1 --port 8090 --workers 5
