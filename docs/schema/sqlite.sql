CREATE TABLE access_version (
  id INTEGER NOT NULL, -- always 1
  version INTEGER NOT NULL, -- rises
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE account (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  username TEXT NOT NULL, -- as typed at sign-in
  username_folded TEXT NOT NULL, -- compared at sign-in
  name TEXT NOT NULL, -- name and surname
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  email TEXT NOT NULL DEFAULT '', -- e-mail address or empty
  staff_id BLOB, -- staff member; null for outsiders such as auditors
  state TEXT NOT NULL, -- active, locked, closed
  password_hash TEXT NOT NULL DEFAULT '', -- argon2id PHC string; empty: cannot sign in yet
  password_changed_at INTEGER NOT NULL DEFAULT 0, -- when the password was last set
  must_change_password INTEGER NOT NULL DEFAULT FALSE, -- the password is a one-time one
  totp_secret TEXT NOT NULL DEFAULT '', -- encrypted base32 secret; empty: no second factor
  totp_step INTEGER NOT NULL DEFAULT 0, -- last time step whose code was used
  locked_until_at INTEGER, -- a lock for guessing opens then; null: an administrator's lock
  last_sign_in_at INTEGER, -- last complete sign-in
  secrecy_accepted_at INTEGER, -- when the duty of secrecy was acknowledged
  reviewed_at INTEGER NOT NULL DEFAULT 0, -- when the powers were last confirmed; 0: never
  theme TEXT NOT NULL DEFAULT 'auto', -- preference
  density TEXT NOT NULL DEFAULT 'normal', -- preference
  has_shortcuts INTEGER NOT NULL DEFAULT TRUE, -- preference: single-letter shortcuts
  created_at INTEGER NOT NULL -- when the account was opened
) STRICT;
CREATE INDEX account__created_at_id ON account (created_at, id);
CREATE INDEX account__name_key_id ON account (name_key, id);
CREATE INDEX account__reviewed_at_name_key_id ON account (reviewed_at, name_key, id);
CREATE INDEX account__staff_id ON account (staff_id);
CREATE INDEX account__staff_id_created_at_id ON account (staff_id, created_at, id);
CREATE INDEX account__staff_id_name_key_id ON account (staff_id, name_key, id);
CREATE INDEX account__staff_id_username_id ON account (staff_id, username, id);
CREATE INDEX account__state_created_at_id ON account (state, created_at, id);
CREATE INDEX account__state_name_key_id ON account (state, name_key, id);
CREATE INDEX account__state_username_id ON account (state, username, id);
CREATE UNIQUE INDEX account__username_folded ON account (username_folded);
CREATE INDEX account__username_id ON account (username, id);
CREATE TABLE account_role (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  account_id BLOB NOT NULL REFERENCES account (id), -- who
  role_id BLOB NOT NULL REFERENCES role (id), -- which role
  unit_id BLOB, -- unit the scopes count from; null: the unit the person works in
  from_at INTEGER NOT NULL, -- valid from
  until_at INTEGER -- valid before; null: until withdrawn
) STRICT;
CREATE INDEX account_role__account_id ON account_role (account_id);
CREATE INDEX account_role__role_id ON account_role (role_id);
CREATE TABLE acknowledgement (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  subject_kind TEXT NOT NULL, -- directive, watched_law
  subject_id BLOB NOT NULL, -- what was read
  staff_id BLOB NOT NULL, -- who read it
  name TEXT NOT NULL, -- name as it was then
  at INTEGER NOT NULL -- when it was said
) STRICT;
CREATE INDEX acknowledgement__staff_id_at ON acknowledgement (staff_id, at);
CREATE INDEX acknowledgement__subject_kind_at ON acknowledgement (subject_kind, at);
CREATE UNIQUE INDEX acknowledgement__subject_kind_subject_id_staff_id ON acknowledgement (subject_kind, subject_id, staff_id);
CREATE TABLE acting (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- both names, for people
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit whose post is filled
  principal_id BLOB NOT NULL REFERENCES staff (id), -- whose powers pass
  substitute_id BLOB NOT NULL REFERENCES staff (id), -- to whom
  from_at INTEGER NOT NULL, -- powers pass at this instant
  until_at INTEGER NOT NULL, -- powers are back at this instant
  reason TEXT NOT NULL DEFAULT '', -- leave, duty, vacancy
  state TEXT NOT NULL DEFAULT 'proposed', -- proposed, approved, rejected, ended
  proposed_by_id BLOB -- account that asked for it
, phase TEXT NOT NULL DEFAULT 'none') STRICT;
CREATE INDEX acting__from_at_id ON acting (from_at, id);
CREATE INDEX acting__name_key_id ON acting (name_key, id);
CREATE INDEX acting__phase_from_at_id ON acting (phase, from_at, id);
CREATE INDEX acting__phase_name_key_id ON acting (phase, name_key, id);
CREATE INDEX acting__phase_until_at_id ON acting (phase, until_at, id);
CREATE INDEX acting__principal_id_from_at_id ON acting (principal_id, from_at, id);
CREATE INDEX acting__principal_id_name_key_id ON acting (principal_id, name_key, id);
CREATE INDEX acting__principal_id_state_until_at ON acting (principal_id, state, until_at);
CREATE INDEX acting__principal_id_until_at_id ON acting (principal_id, until_at, id);
CREATE INDEX acting__state_from_at_id ON acting (state, from_at, id);
CREATE INDEX acting__state_name_key_id ON acting (state, name_key, id);
CREATE INDEX acting__state_until_at_id ON acting (state, until_at, id);
CREATE INDEX acting__substitute_id_from_at_id ON acting (substitute_id, from_at, id);
CREATE INDEX acting__substitute_id_name_key_id ON acting (substitute_id, name_key, id);
CREATE INDEX acting__substitute_id_state_until_at ON acting (substitute_id, state, until_at);
CREATE INDEX acting__substitute_id_until_at_id ON acting (substitute_id, until_at, id);
CREATE INDEX acting__unit_id_from_at_id ON acting (unit_id, from_at, id);
CREATE INDEX acting__unit_id_name_key_id ON acting (unit_id, name_key, id);
CREATE INDEX acting__unit_id_until_at_id ON acting (unit_id, until_at, id);
CREATE INDEX acting__until_at_id ON acting (until_at, id);
CREATE TABLE activity_report (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what people call it
  period TEXT NOT NULL, -- last_week, last_month, this_month, last_year, this_year, other: how the days were chosen
  from_on TEXT NOT NULL, -- first day, YYYY-MM-DD
  until_on TEXT NOT NULL, -- last day, YYYY-MM-DD
  presented_to TEXT NOT NULL, -- office it is written to
  assessment TEXT NOT NULL, -- what numbers do not say; may be empty
  plans TEXT NOT NULL, -- what is meant to be done next; may be empty
  statement TEXT NOT NULL, -- the numbers, frozen when it was submitted; empty before
  state TEXT NOT NULL, -- draft, submitted
  created_at INTEGER NOT NULL, -- when it was begun
  submitted_at INTEGER -- when it was submitted last
) STRICT;
CREATE INDEX activity_report__created_at_id ON activity_report (created_at, id);
CREATE INDEX activity_report__from_on_id ON activity_report (from_on, id);
CREATE INDEX activity_report__state_created_at_id ON activity_report (state, created_at, id);
CREATE INDEX activity_report__state_from_on_id ON activity_report (state, from_on, id);
CREATE TABLE addressee_group (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- as it is typed in a letter
  name_key TEXT NOT NULL, -- for sorting in Turkish order
  known_as TEXT NOT NULL, -- folded, by which a typed name is found again
  members TEXT NOT NULL, -- one a line
  created_at INTEGER NOT NULL -- when it was made
) STRICT;
CREATE UNIQUE INDEX addressee_group__known_as ON addressee_group (known_as);
CREATE INDEX addressee_group__name_key_id ON addressee_group (name_key, id);
CREATE TABLE agenda_item (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- subject
  body TEXT NOT NULL, -- council, committee, commission
  meets_on TEXT NOT NULL, -- day of the meeting
  proposal TEXT NOT NULL, -- text of the proposal; may be empty
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that proposes
  owner_id BLOB REFERENCES staff (id), -- who entered the proposal
  document_id BLOB REFERENCES document (id), -- document it comes from
  decision_text TEXT NOT NULL, -- what was decided; empty before
  vote TEXT NOT NULL, -- none, unanimous, majority, rejected
  decided_on TEXT, -- day of the decision
  decision_number TEXT NOT NULL, -- number as it is written: 2026/45; empty before
  decision_year INTEGER, -- its year
  decision_place INTEGER, -- its number in the year
  application TEXT NOT NULL, -- none, waiting, applied: whether what was decided was done
  state TEXT NOT NULL, -- proposed, on_agenda, decided, returned, withdrawn
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX agenda_item__application_meets_on_id ON agenda_item (application, meets_on, id);
CREATE UNIQUE INDEX agenda_item__body_decision_year_decision_place ON agenda_item (body, decision_year, decision_place);
CREATE INDEX agenda_item__body_meets_on_id ON agenda_item (body, meets_on, id);
CREATE INDEX agenda_item__document_id_meets_on_id ON agenda_item (document_id, meets_on, id);
CREATE INDEX agenda_item__meets_on_id ON agenda_item (meets_on, id);
CREATE INDEX agenda_item__owner_id_meets_on_id ON agenda_item (owner_id, meets_on, id);
CREATE INDEX agenda_item__state_meets_on_id ON agenda_item (state, meets_on, id);
CREATE INDEX agenda_item__unit_id_meets_on_id ON agenda_item (unit_id, meets_on, id);
CREATE INDEX agenda_item__vote_meets_on_id ON agenda_item (vote, meets_on, id);
CREATE TABLE agent (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  name TEXT NOT NULL, -- host name the agent reported
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  identity TEXT NOT NULL, -- id the agent keeps: its UUID, or host name and day of its first run
  device_id TEXT NOT NULL, -- host name and day of its first run, by which older messages name it
  machine_key TEXT NOT NULL, -- UUID and serial of the machine; tells cloned disks apart
  client TEXT NOT NULL, -- name and version of the agent
  tag TEXT NOT NULL, -- what was set in the agent's configuration; may be empty
  address TEXT NOT NULL, -- network address it reported from
  state TEXT NOT NULL, -- waiting, approved, refused
  asset_id BLOB REFERENCES asset (id), -- asset it reports of; null until it is approved
  likeness TEXT NOT NULL, -- unknown, new, same, unsure: what recognition says while it waits
  before_join TEXT NOT NULL, -- JSON of what its asset was before it was joined to it; empty when it was made from it
  apart_from_id BLOB REFERENCES asset (id), -- asset that a person parted it from
  is_incomplete INTEGER NOT NULL, -- only changes were received, never the whole
  warnings TEXT NOT NULL, -- what could not be read of the last report, one a line; may be empty
  first_seen_at INTEGER NOT NULL, -- first report
  last_seen_at INTEGER NOT NULL -- last report
) STRICT;
CREATE INDEX agent__asset_id ON agent (asset_id);
CREATE INDEX agent__device_id ON agent (device_id);
CREATE INDEX agent__first_seen_at_id ON agent (first_seen_at, id);
CREATE UNIQUE INDEX agent__identity_machine_key ON agent (identity, machine_key);
CREATE INDEX agent__is_incomplete_first_seen_at_id ON agent (is_incomplete, first_seen_at, id);
CREATE INDEX agent__is_incomplete_last_seen_at_id ON agent (is_incomplete, last_seen_at, id);
CREATE INDEX agent__is_incomplete_name_key_id ON agent (is_incomplete, name_key, id);
CREATE INDEX agent__last_seen_at_id ON agent (last_seen_at, id);
CREATE INDEX agent__likeness_first_seen_at_id ON agent (likeness, first_seen_at, id);
CREATE INDEX agent__likeness_last_seen_at_id ON agent (likeness, last_seen_at, id);
CREATE INDEX agent__likeness_name_key_id ON agent (likeness, name_key, id);
CREATE INDEX agent__name_key_id ON agent (name_key, id);
CREATE INDEX agent__state_first_seen_at_id ON agent (state, first_seen_at, id);
CREATE INDEX agent__state_last_seen_at_id ON agent (state, last_seen_at, id);
CREATE INDEX agent__state_name_key_id ON agent (state, name_key, id);
CREATE TABLE agent_section (
  agent_id BLOB NOT NULL REFERENCES agent (id), -- who told it
  section TEXT NOT NULL, -- name of the part in small letters: bios, storages, softwares
  digest TEXT NOT NULL, -- SHA-256 of the content, so that what is the same is not written again
  content TEXT NOT NULL, -- list of objects as JSON; secrets are taken out before
  seen_at INTEGER NOT NULL, packed BLOB, -- when it was told like this first
  PRIMARY KEY (agent_id, section)
) STRICT;
CREATE TABLE agreement (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what it is
  type TEXT NOT NULL, -- maintenance, service, certificate, domain, other
  supplier TEXT NOT NULL, -- firm or registrar; may be empty
  document TEXT NOT NULL, -- number of the contract, serial of the certificate; may be empty
  from_on TEXT, -- first day
  until_on TEXT NOT NULL, -- last day
  ending TEXT NOT NULL, -- valid, ending, ended; follows the last day as a warranty does
  price_kurus INTEGER, -- what it costs in all
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- valid, renewed, cancelled
  created_at INTEGER NOT NULL -- when it was entered
, former_number TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX agreement__created_at_id ON agreement (created_at, id);
CREATE INDEX agreement__ending_created_at_id ON agreement (ending, created_at, id);
CREATE INDEX agreement__ending_until_on ON agreement (ending, until_on);
CREATE INDEX agreement__ending_until_on_id ON agreement (ending, until_on, id);
CREATE INDEX agreement__former_number_some ON agreement (former_number) WHERE former_number <> '';
CREATE INDEX agreement__state_created_at_id ON agreement (state, created_at, id);
CREATE INDEX agreement__state_until_on_id ON agreement (state, until_on, id);
CREATE INDEX agreement__type_created_at_id ON agreement (type, created_at, id);
CREATE INDEX agreement__type_until_on_id ON agreement (type, until_on, id);
CREATE INDEX agreement__until_on_id ON agreement (until_on, id);
CREATE TABLE api_token (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  token_hash TEXT NOT NULL, -- SHA-256 of the token
  account_id BLOB NOT NULL REFERENCES account (id), -- whose powers it has a part of
  name TEXT NOT NULL, -- what it is used for
  permissions TEXT NOT NULL, -- JSON list of the permissions it is limited to
  created_at INTEGER NOT NULL, -- when
  expires_at INTEGER NOT NULL, -- ends then
  last_used_at INTEGER, -- to the minute
  revoked_at INTEGER -- ended earlier
) STRICT;
CREATE INDEX api_token__account_id_created_at ON api_token (account_id, created_at);
CREATE UNIQUE INDEX api_token__token_hash ON api_token (token_hash);
CREATE TABLE appointment (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  subject TEXT NOT NULL, -- what the person answers for
  subject_key TEXT NOT NULL, -- Turkish sort key of the subject
  staff_id BLOB NOT NULL REFERENCES staff (id), -- who
  unit_id BLOB NOT NULL REFERENCES unit (id), -- for which unit
  state TEXT NOT NULL DEFAULT 'draft', -- draft, proposed, approved, rejected, ended
  starts_on TEXT NOT NULL, -- first day
  ends_on TEXT, -- last day, when there is one
  decision_no TEXT NOT NULL DEFAULT '', -- number of the written approval; may be empty
  proposed_at INTEGER, -- when it was proposed last
  approved_at INTEGER, -- when it was approved
  proposed_by_id BLOB -- account that proposed it
, phase TEXT NOT NULL DEFAULT 'none') STRICT;
CREATE INDEX appointment__phase_starts_on_id ON appointment (phase, starts_on, id);
CREATE INDEX appointment__phase_subject_key_id ON appointment (phase, subject_key, id);
CREATE INDEX appointment__staff_id_starts_on_id ON appointment (staff_id, starts_on, id);
CREATE INDEX appointment__staff_id_state ON appointment (staff_id, state);
CREATE INDEX appointment__staff_id_subject_key_id ON appointment (staff_id, subject_key, id);
CREATE INDEX appointment__starts_on_id ON appointment (starts_on, id);
CREATE INDEX appointment__state_starts_on_id ON appointment (state, starts_on, id);
CREATE INDEX appointment__state_subject_key_id ON appointment (state, subject_key, id);
CREATE INDEX appointment__subject_key_id ON appointment (subject_key, id);
CREATE INDEX appointment__unit_id_starts_on_id ON appointment (unit_id, starts_on, id);
CREATE INDEX appointment__unit_id_subject_key_id ON appointment (unit_id, subject_key, id);
CREATE TABLE asset (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- inventory number; never given twice
  name TEXT NOT NULL, -- what people call it; a computer's host name
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  category TEXT NOT NULL, -- desktop, laptop, server, monitor, printer and so on
  manufacturer TEXT NOT NULL, -- who made it; may be empty
  model TEXT NOT NULL, -- model; may be empty
  serial TEXT NOT NULL, -- serial number as it stands on the device; may be empty
  serial_key TEXT NOT NULL, -- letters and digits of the serial; empty for what manufacturers leave instead of one
  machine_uuid TEXT NOT NULL, -- UUID of the mainboard, small letters; may be empty
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that has it
  former_holder_id BLOB REFERENCES staff (id), -- who had it in the program the town used before; null once a slip says who has it
  holder_id BLOB REFERENCES staff (id), -- who holds it in custody; null while nobody does
  place TEXT NOT NULL, -- building, floor, room; may be empty
  registry_code TEXT NOT NULL, -- number in the movable register; may be empty
  former_number TEXT NOT NULL, -- number in the program the town used before; may be empty
  purchased_on TEXT, -- day it was bought
  left_on TEXT, -- day it went out of the register
  warranty_until_on TEXT, -- last day of the warranty
  warranty TEXT NOT NULL, -- unknown, valid, ending, ended; follows the last day
  price_kurus INTEGER, -- what it cost
  supplier TEXT NOT NULL, -- who sold it; may be empty
  state TEXT NOT NULL, -- in_stock, in_use, in_repair, condemned, written_off
  os TEXT NOT NULL, -- operating system; may be empty
  processor TEXT NOT NULL, -- processor; may be empty
  memory_mb INTEGER, -- memory
  disk_mb INTEGER, -- all disks together
  address TEXT NOT NULL, -- last network address; may be empty
  protection TEXT NOT NULL, -- unknown, live, stale, off: what the agent says of the protection against viruses
  encryption TEXT NOT NULL, -- unknown, on, off: what the agent says of the drives
  support TEXT NOT NULL, -- unknown, supported, ending, ended: whether the maker still mends the operating system
  support_until_on TEXT, -- last day of that; follows the operating system
  seen_at INTEGER, -- last inventory of an agent
  by_hand TEXT NOT NULL, -- fields a person set and agents leave alone, separated by spaces
  note TEXT NOT NULL, -- anything else; may be empty
  created_at INTEGER NOT NULL -- when it was entered
, merged_into_id BLOB REFERENCES asset (id)) STRICT;
CREATE INDEX asset__category_created_at_id ON asset (category, created_at, id);
CREATE INDEX asset__category_name_key_id ON asset (category, name_key, id);
CREATE INDEX asset__category_number_id ON asset (category, number, id);
CREATE INDEX asset__created_at_id ON asset (created_at, id);
CREATE INDEX asset__encryption_created_at_id ON asset (encryption, created_at, id);
CREATE INDEX asset__encryption_name_key_id ON asset (encryption, name_key, id);
CREATE INDEX asset__encryption_number_id ON asset (encryption, number, id);
CREATE INDEX asset__former_number_some ON asset (former_number) WHERE former_number <> '';
CREATE INDEX asset__holder_id_created_at_id ON asset (holder_id, created_at, id);
CREATE INDEX asset__holder_id_name_key_id ON asset (holder_id, name_key, id);
CREATE INDEX asset__holder_id_number_id ON asset (holder_id, number, id);
CREATE INDEX asset__machine_uuid ON asset (machine_uuid);
CREATE INDEX asset__merged_into_id_created_at_id ON asset (merged_into_id, created_at, id);
CREATE INDEX asset__merged_into_id_name_key_id ON asset (merged_into_id, name_key, id);
CREATE INDEX asset__merged_into_id_number_id ON asset (merged_into_id, number, id);
CREATE INDEX asset__name_key_id ON asset (name_key, id);
CREATE UNIQUE INDEX asset__number ON asset (number);
CREATE INDEX asset__number_id ON asset (number, id);
CREATE INDEX asset__protection_created_at_id ON asset (protection, created_at, id);
CREATE INDEX asset__protection_name_key_id ON asset (protection, name_key, id);
CREATE INDEX asset__protection_number_id ON asset (protection, number, id);
CREATE INDEX asset__serial_key ON asset (serial_key);
CREATE INDEX asset__state_created_at_id ON asset (state, created_at, id);
CREATE INDEX asset__state_name_key_id ON asset (state, name_key, id);
CREATE INDEX asset__state_number_id ON asset (state, number, id);
CREATE INDEX asset__support_created_at_id ON asset (support, created_at, id);
CREATE INDEX asset__support_name_key_id ON asset (support, name_key, id);
CREATE INDEX asset__support_number_id ON asset (support, number, id);
CREATE INDEX asset__support_support_until_on ON asset (support, support_until_on);
CREATE INDEX asset__unit_id_created_at_id ON asset (unit_id, created_at, id);
CREATE INDEX asset__unit_id_name_key_id ON asset (unit_id, name_key, id);
CREATE INDEX asset__unit_id_number_id ON asset (unit_id, number, id);
CREATE INDEX asset__warranty_created_at_id ON asset (warranty, created_at, id);
CREATE INDEX asset__warranty_name_key_id ON asset (warranty, name_key, id);
CREATE INDEX asset__warranty_number_id ON asset (warranty, number, id);
CREATE INDEX asset__warranty_warranty_until_on ON asset (warranty, warranty_until_on);
CREATE TABLE asset_mac (
  mac TEXT NOT NULL, -- upper case with colons
  asset_id BLOB NOT NULL REFERENCES asset (id), -- whose card
  PRIMARY KEY (mac, asset_id)
) STRICT;
CREATE INDEX asset_mac__asset_id ON asset_mac (asset_id);
CREATE TABLE asset_merge (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  stays_id BLOB NOT NULL REFERENCES asset (id), -- record that stays
  goes_id BLOB NOT NULL REFERENCES asset (id), -- record that was joined to it
  kept TEXT NOT NULL, -- JSON of what was taken and moved
  merged_by TEXT NOT NULL, -- name as it was then
  merged_at INTEGER NOT NULL, -- when
  undone_at INTEGER -- when they were parted again; null while they are one
) STRICT;
CREATE UNIQUE INDEX asset_merge__goes_id_some ON asset_merge (goes_id) WHERE undone_at IS NULL;
CREATE INDEX asset_merge__stays_id_id ON asset_merge (stays_id, id);
CREATE TABLE asset_software (
  asset_id BLOB NOT NULL, -- on which asset
  software_id BLOB NOT NULL, -- which program
  version TEXT NOT NULL, -- as told; several are separated by commas
  seen_at INTEGER NOT NULL, -- since when it is there in this version
  is_watched INTEGER NOT NULL, -- there is a verdict on the program, so that its machines must be found quickly
  PRIMARY KEY (asset_id, software_id)
) STRICT;
CREATE INDEX asset_software__software_id_asset_id_some ON asset_software (software_id, asset_id) WHERE is_watched = TRUE;
CREATE TABLE assign_rule (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what it does, in a sentence; follows the other columns
  place INTEGER NOT NULL, -- rules are tried from the smallest; the first that fits decides
  category TEXT NOT NULL, -- any, or a category of tickets
  words TEXT NOT NULL, -- words one of which must be in the subject or the description, a line each; empty for any
  unit_id BLOB REFERENCES unit (id), -- the requester's unit or one above it; null for any
  team_id BLOB REFERENCES unit (id), -- unit that works on it
  assignee_id BLOB REFERENCES staff (id), -- person who works on it
  state TEXT NOT NULL, -- active, stopped
  created_at INTEGER NOT NULL -- when it was made
) STRICT;
CREATE INDEX assign_rule__created_at_id ON assign_rule (created_at, id);
CREATE INDEX assign_rule__place_id ON assign_rule (place, id);
CREATE INDEX assign_rule__state_created_at_id ON assign_rule (state, created_at, id);
CREATE INDEX assign_rule__state_place_id ON assign_rule (state, place, id);
CREATE TABLE attachment (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  subject_kind TEXT NOT NULL, -- record kind
  subject_id BLOB NOT NULL, -- record
  name TEXT NOT NULL, -- cleaned file name
  sha256 TEXT NOT NULL, -- digest of the bytes, hexadecimal
  size_bytes INTEGER NOT NULL, -- size
  media TEXT NOT NULL, -- type told by the bytes
  added_by TEXT NOT NULL, -- name as it was then
  added_at INTEGER NOT NULL, -- when
  removed_at INTEGER -- no longer shown since
) STRICT;
CREATE INDEX attachment__sha256 ON attachment (sha256);
CREATE INDEX attachment__subject_kind_subject_id_id ON attachment (subject_kind, subject_id, id);
CREATE TABLE audit_report (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the report, gapless in its year
  title TEXT NOT NULL, -- day of the report, for people
  from_on TEXT, -- day of the report before; null of the first
  until_on TEXT NOT NULL, -- day it was written
  findings INTEGER NOT NULL, -- programs that are forbidden and installed, or have too few licences
  statement TEXT NOT NULL, -- the report, frozen when it was written
  state TEXT NOT NULL, -- waiting, reviewed
  created_at INTEGER NOT NULL -- when it was written
) STRICT;
CREATE INDEX audit_report__created_at_id ON audit_report (created_at, id);
CREATE UNIQUE INDEX audit_report__number ON audit_report (number);
CREATE INDEX audit_report__state_created_at_id ON audit_report (state, created_at, id);
CREATE TABLE clause_duty (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  node_id BLOB NOT NULL REFERENCES regulation_node (id), -- the clause
  regulation_id BLOB NOT NULL REFERENCES regulation (id), -- the regulation of the clause
  duty TEXT NOT NULL, -- id in docs/duties.toml, such as ORG-1
  score_milli INTEGER NOT NULL, -- 0 to 1000: the matcher's score; 1000 where a person said it
  words TEXT NOT NULL, -- words of the clause that spoke for the duty, separated by a comma and a space
  state TEXT NOT NULL, -- proposed, confirmed, rejected
  decided_by_id BLOB, -- account that decided
  decided_by TEXT, -- name as it was then
  decided_at INTEGER -- when it was decided
) STRICT;
CREATE INDEX clause_duty__duty_state ON clause_duty (duty, state);
CREATE UNIQUE INDEX clause_duty__node_id_duty ON clause_duty (node_id, duty);
CREATE INDEX clause_duty__regulation_id_state ON clause_duty (regulation_id, state);
CREATE TABLE consumable (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what it is called on the card
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  movable_code_id BLOB REFERENCES movable_code (id), -- where it is kept in the list of movable codes
  category TEXT NOT NULL, -- toner, cable, part, media, stationery, other
  measure TEXT NOT NULL, -- piece, box, pack, metre, litre, ream
  minimum INTEGER NOT NULL, -- below this it is to be ordered; 0 for never
  wanted INTEGER NOT NULL, -- how much there should be after an order
  on_hand INTEGER NOT NULL, -- sum of the movements of all store rooms
  level TEXT NOT NULL, -- enough, low, out; follows from on_hand and minimum
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- active, retired
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX consumable__category_created_at_id ON consumable (category, created_at, id);
CREATE INDEX consumable__category_name_key_id ON consumable (category, name_key, id);
CREATE INDEX consumable__category_on_hand_id ON consumable (category, on_hand, id);
CREATE INDEX consumable__created_at_id ON consumable (created_at, id);
CREATE INDEX consumable__level_created_at_id ON consumable (level, created_at, id);
CREATE INDEX consumable__level_name_key_id ON consumable (level, name_key, id);
CREATE INDEX consumable__level_on_hand_id ON consumable (level, on_hand, id);
CREATE INDEX consumable__name_key_id ON consumable (name_key, id);
CREATE INDEX consumable__on_hand_id ON consumable (on_hand, id);
CREATE INDEX consumable__state_created_at_id ON consumable (state, created_at, id);
CREATE INDEX consumable__state_name_key_id ON consumable (state, name_key, id);
CREATE INDEX consumable__state_on_hand_id ON consumable (state, on_hand, id);
CREATE TABLE correspondent (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- as it stands in letters
  name_key TEXT NOT NULL, -- for sorting in Turkish order
  known_as TEXT NOT NULL, -- folded, by which a typed name is found again
  kind TEXT NOT NULL, -- institution, unit, person, company
  rank TEXT NOT NULL, -- unknown, above, same, below: seen from the municipality
  detsis TEXT NOT NULL, -- number in the state's register of institutions; may be empty
  kep TEXT NOT NULL, -- registered electronic mail address; may be empty
  email TEXT NOT NULL, -- may be empty
  phone TEXT NOT NULL, -- may be empty
  address TEXT NOT NULL, -- may be empty
  certificate TEXT NOT NULL DEFAULT '', -- PEM certificate that packages are encrypted for; may be empty
  note TEXT NOT NULL, -- anything else; may be empty
  created_at INTEGER NOT NULL -- when it was entered
, mersis TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX correspondent__detsis_some ON correspondent (detsis) WHERE detsis <> '';
CREATE INDEX correspondent__kind_name_key_id ON correspondent (kind, name_key, id);
CREATE UNIQUE INDEX correspondent__known_as ON correspondent (known_as);
CREATE INDEX correspondent__name_key_id ON correspondent (name_key, id);
CREATE INDEX correspondent__rank_name_key_id ON correspondent (rank, name_key, id);
CREATE TABLE custody (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the slip, gapless in its year
  title TEXT NOT NULL, -- holder and first asset, for people
  given_to TEXT NOT NULL, -- person, room, unit: what the holder answers for
  room TEXT NOT NULL, -- room the assets stand in; may be empty
  holder_id BLOB NOT NULL REFERENCES staff (id), -- who answers for the assets
  from_id BLOB REFERENCES staff (id), -- who handed them on; null when they came out of the store
  unit_id BLOB NOT NULL REFERENCES unit (id), -- the holder's unit when the slip was made out
  asset_numbers TEXT NOT NULL, -- numbers or serials as they were typed or scanned, one a line
  statement TEXT NOT NULL, -- what the slip says, frozen when it was made out
  statement_digest TEXT NOT NULL, -- SHA-256 of the statement
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- waiting, held, disputed, returned, transferred, withdrawn
  given_at INTEGER NOT NULL, -- when it was made out
  confirmed_at INTEGER, -- when the holder confirmed it, or signed it
  returned_at INTEGER -- when the last asset on it was returned or handed on
) STRICT;
CREATE INDEX custody__from_id_given_at_id ON custody (from_id, given_at, id);
CREATE INDEX custody__from_id_number_id ON custody (from_id, number, id);
CREATE INDEX custody__given_at_id ON custody (given_at, id);
CREATE INDEX custody__given_to_given_at_id ON custody (given_to, given_at, id);
CREATE INDEX custody__given_to_number_id ON custody (given_to, number, id);
CREATE INDEX custody__holder_id_given_at_id ON custody (holder_id, given_at, id);
CREATE INDEX custody__holder_id_number_id ON custody (holder_id, number, id);
CREATE UNIQUE INDEX custody__number ON custody (number);
CREATE INDEX custody__number_id ON custody (number, id);
CREATE INDEX custody__state_given_at_id ON custody (state, given_at, id);
CREATE INDEX custody__state_number_id ON custody (state, number, id);
CREATE INDEX custody__unit_id_given_at_id ON custody (unit_id, given_at, id);
CREATE INDEX custody__unit_id_number_id ON custody (unit_id, number, id);
CREATE TABLE custody_campaign (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what it is called
  last_on TEXT NOT NULL, -- day until which an answer is expected
  state TEXT NOT NULL, -- open, closed
  created_at INTEGER NOT NULL -- when it was begun
) STRICT;
CREATE INDEX custody_campaign__created_at_id ON custody_campaign (created_at, id);
CREATE INDEX custody_campaign__last_on_id ON custody_campaign (last_on, id);
CREATE INDEX custody_campaign__state_created_at_id ON custody_campaign (state, created_at, id);
CREATE INDEX custody_campaign__state_last_on_id ON custody_campaign (state, last_on, id);
CREATE TABLE custody_check (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- when and who, for people
  campaign_id BLOB NOT NULL REFERENCES custody_campaign (id), -- at which time
  holder_id BLOB NOT NULL REFERENCES staff (id), -- who was asked
  unit_id BLOB NOT NULL REFERENCES unit (id), -- that person's unit then
  asset_count INTEGER NOT NULL, -- how many assets the list has
  statement TEXT NOT NULL, -- the list, frozen when it was asked
  statement_digest TEXT NOT NULL, -- SHA-256 of the statement
  state TEXT NOT NULL, -- waiting, confirmed, disputed, settled
  asked_at INTEGER NOT NULL, -- when it was asked
  answered_at INTEGER -- when the person answered
) STRICT;
CREATE INDEX custody_check__asked_at_id ON custody_check (asked_at, id);
CREATE INDEX custody_check__campaign_id_asked_at_id ON custody_check (campaign_id, asked_at, id);
CREATE UNIQUE INDEX custody_check__campaign_id_holder_id ON custody_check (campaign_id, holder_id);
CREATE INDEX custody_check__holder_id_asked_at_id ON custody_check (holder_id, asked_at, id);
CREATE INDEX custody_check__state_asked_at_id ON custody_check (state, asked_at, id);
CREATE INDEX custody_check__unit_id_asked_at_id ON custody_check (unit_id, asked_at, id);
CREATE TABLE custody_item (
  custody_id BLOB NOT NULL REFERENCES custody (id), -- which slip
  asset_id BLOB NOT NULL REFERENCES asset (id), -- which asset
  returned_at INTEGER, -- when it came back; null while it is in the holder's charge
  PRIMARY KEY (custody_id, asset_id)
) STRICT;
CREATE INDEX custody_item__asset_id ON custody_item (asset_id);
CREATE UNIQUE INDEX custody_item__asset_id_some ON custody_item (asset_id) WHERE returned_at IS NULL;
CREATE TABLE custody_return (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the slip, gapless in its year
  title TEXT NOT NULL, -- who brought what, for people
  holder_id BLOB NOT NULL REFERENCES staff (id), -- who brought them back
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of that person at that time
  asset_numbers TEXT NOT NULL, -- numbers or serials as they were typed or scanned, one a line
  statement TEXT NOT NULL, -- what the slip says, frozen when it was made out
  statement_digest TEXT NOT NULL, -- SHA-256 of the statement
  note TEXT NOT NULL, -- missing or broken parts, anything else; may be empty
  state TEXT NOT NULL, -- waiting, signed, disputed
  returned_at INTEGER NOT NULL, -- when it was made out
  signed_at INTEGER -- when whoever brought them signed or agreed
) STRICT;
CREATE INDEX custody_return__holder_id_returned_at_id ON custody_return (holder_id, returned_at, id);
CREATE UNIQUE INDEX custody_return__number ON custody_return (number);
CREATE INDEX custody_return__returned_at_id ON custody_return (returned_at, id);
CREATE INDEX custody_return__state_returned_at_id ON custody_return (state, returned_at, id);
CREATE INDEX custody_return__unit_id_returned_at_id ON custody_return (unit_id, returned_at, id);
CREATE TABLE decision_task (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- body and number of the decision
  title TEXT NOT NULL, -- what is to be done
  agenda_item_id BLOB NOT NULL REFERENCES agenda_item (id), -- the decision
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that does it
  staff_id BLOB REFERENCES staff (id), -- person who does it; null where the unit has no head
  days INTEGER, -- working days that were given
  due_on TEXT NOT NULL, -- last day
  note TEXT NOT NULL, -- anything else; may be empty
  from_id BLOB REFERENCES staff (id), -- who gave it
  outcome TEXT NOT NULL, -- what was done, or why it was cancelled; empty while it is open
  state TEXT NOT NULL, -- open, done, cancelled
  is_late_told INTEGER NOT NULL, -- that it is late was said
  created_at INTEGER NOT NULL, -- when it was given
  ended_at INTEGER -- when it was done or cancelled
) STRICT;
CREATE INDEX decision_task__agenda_item_id_due_on_id ON decision_task (agenda_item_id, due_on, id);
CREATE INDEX decision_task__due_on_id ON decision_task (due_on, id);
CREATE INDEX decision_task__due_on_some ON decision_task (due_on) WHERE state = 'open';
CREATE INDEX decision_task__from_id_due_on_id ON decision_task (from_id, due_on, id);
CREATE INDEX decision_task__staff_id_due_on_id ON decision_task (staff_id, due_on, id);
CREATE INDEX decision_task__state_due_on_id ON decision_task (state, due_on, id);
CREATE INDEX decision_task__unit_id_due_on_id ON decision_task (unit_id, due_on, id);
CREATE TABLE default_view (
  account_id BLOB NOT NULL, -- whose list
  kind TEXT NOT NULL, -- record kind of the list
  view_id BLOB NOT NULL, -- saved view
  PRIMARY KEY (account_id, kind)
) STRICT;
CREATE INDEX default_view__view_id ON default_view (view_id);
CREATE TABLE delivery (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- for people: 2026-TS-000001
  book_year INTEGER NOT NULL, -- calendar year of the number
  book_number INTEGER NOT NULL, -- number in its year, gapless
  title TEXT NOT NULL, -- receiver and first document, for people
  receiver TEXT NOT NULL, -- who it goes to, as it was called when it was made out
  receiver_kind TEXT NOT NULL, -- unit, person, outside
  receiver_key TEXT NOT NULL, -- the same receiver has the same key, whatever it is called
  unit_id BLOB REFERENCES unit (id), -- unit it goes to, or the receiver's; null outside
  staff_id BLOB REFERENCES staff (id), -- person who takes it; null where a unit's anybody may
  correspondent TEXT NOT NULL, -- receiver outside, as typed; may be empty
  correspondent_id BLOB REFERENCES correspondent (id), -- the same as known
  carrier_id BLOB NOT NULL REFERENCES staff (id), -- who carries it
  document_numbers TEXT NOT NULL, -- numbers in the register, one a line
  secrecy TEXT NOT NULL, -- highest degree among the documents: YOK, HZO, GZL, CGZ
  statement TEXT NOT NULL, -- what the receiver signs, frozen when it was made out
  taken_by TEXT NOT NULL, -- who took it, or why it came back; empty before
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- prepared, on_the_way, delivered, came_back, cancelled
  carried_on TEXT NOT NULL, -- day it left; before that the day it was made out
  created_at INTEGER NOT NULL, -- when it was made out
  left_at INTEGER, -- when it left
  ended_at INTEGER -- when it was delivered, or came back
) STRICT;
CREATE UNIQUE INDEX delivery__book_year_book_number ON delivery (book_year, book_number);
CREATE INDEX delivery__carried_on_id ON delivery (carried_on, id);
CREATE INDEX delivery__carrier_id_carried_on_id ON delivery (carrier_id, carried_on, id);
CREATE INDEX delivery__correspondent_id_carried_on_id ON delivery (correspondent_id, carried_on, id);
CREATE UNIQUE INDEX delivery__number ON delivery (number);
CREATE INDEX delivery__receiver_key_some ON delivery (receiver_key) WHERE state IN ('prepared', 'on_the_way');
CREATE INDEX delivery__receiver_kind_carried_on_id ON delivery (receiver_kind, carried_on, id);
CREATE INDEX delivery__staff_id_carried_on_id ON delivery (staff_id, carried_on, id);
CREATE INDEX delivery__state_carried_on_id ON delivery (state, carried_on, id);
CREATE INDEX delivery__unit_id_carried_on_id ON delivery (unit_id, carried_on, id);
CREATE TABLE delivery_item (
  delivery_id BLOB NOT NULL REFERENCES delivery (id), -- which delivery
  document_id BLOB NOT NULL REFERENCES document (id), -- which entry of the register
  PRIMARY KEY (delivery_id, document_id)
) STRICT;
CREATE INDEX delivery_item__document_id ON delivery_item (document_id);
CREATE TABLE dependency (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- who needs what, for people
  service_id BLOB REFERENCES it_service (id), -- service that needs something
  asset_id BLOB REFERENCES asset (id), -- asset that needs something
  needs_service_id BLOB REFERENCES it_service (id), -- service that is needed
  needs_asset_id BLOB REFERENCES asset (id), -- asset that is needed
  effect TEXT NOT NULL, -- stops, degrades: what happens to the one when the other is gone
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- active, ended
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX dependency__asset_id_created_at_id ON dependency (asset_id, created_at, id);
CREATE INDEX dependency__created_at_id ON dependency (created_at, id);
CREATE INDEX dependency__effect_created_at_id ON dependency (effect, created_at, id);
CREATE INDEX dependency__needs_asset_id_created_at_id ON dependency (needs_asset_id, created_at, id);
CREATE INDEX dependency__needs_service_id_created_at_id ON dependency (needs_service_id, created_at, id);
CREATE INDEX dependency__service_id_created_at_id ON dependency (service_id, created_at, id);
CREATE INDEX dependency__state_created_at_id ON dependency (state, created_at, id);
CREATE TABLE directive (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- as the office numbers it; may be empty
  title TEXT NOT NULL, -- name
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  kind TEXT NOT NULL, -- directive, instruction, workflow
  unit_id BLOB, -- unit it binds; null for the whole directorate
  text TEXT NOT NULL, -- what it says
  in_force_on TEXT, -- first day in force
  review_on TEXT, -- day it must be looked at again
  needs_acknowledgement INTEGER NOT NULL, -- staff must say that they read it
  state TEXT NOT NULL, -- draft, in_force, repealed
  created_at INTEGER NOT NULL -- when it was begun
, regulation_id BLOB REFERENCES regulation (id), duty_id BLOB REFERENCES duty (id), article TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX directive__created_at_id ON directive (created_at, id);
CREATE INDEX directive__duty_id_created_at_id ON directive (duty_id, created_at, id);
CREATE INDEX directive__duty_id_title_key_id ON directive (duty_id, title_key, id);
CREATE INDEX directive__kind_created_at_id ON directive (kind, created_at, id);
CREATE INDEX directive__kind_title_key_id ON directive (kind, title_key, id);
CREATE INDEX directive__regulation_id_created_at_id ON directive (regulation_id, created_at, id);
CREATE INDEX directive__regulation_id_title_key_id ON directive (regulation_id, title_key, id);
CREATE INDEX directive__review_on_some ON directive (review_on) WHERE state = 'in_force';
CREATE INDEX directive__state_created_at_id ON directive (state, created_at, id);
CREATE INDEX directive__state_title_key_id ON directive (state, title_key, id);
CREATE INDEX directive__title_key_id ON directive (title_key, id);
CREATE INDEX directive__unit_id_created_at_id ON directive (unit_id, created_at, id);
CREATE INDEX directive__unit_id_title_key_id ON directive (unit_id, title_key, id);
CREATE TABLE document (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- for people: 2026-GE-000123
  book TEXT NOT NULL, -- incoming, outgoing, internal
  book_year INTEGER NOT NULL, -- calendar year of the book
  book_number INTEGER NOT NULL, -- number in book and year, gapless
  title TEXT NOT NULL, -- subject
  correspondent TEXT NOT NULL, -- who wrote or is written to, as typed
  correspondent_id BLOB NOT NULL REFERENCES correspondent (id), -- the same as known
  their_number TEXT NOT NULL, -- number the writer gave it; may be empty
  their_on TEXT, -- day the writer put on it
  received_on TEXT NOT NULL, -- day it came or went
  medium TEXT NOT NULL, -- hand, post, email, scan, package, kep, api
  secrecy TEXT NOT NULL, -- YOK, HZO, GZL, CGZ
  urgency TEXT NOT NULL, -- NRM, ACL, GNL
  due_on TEXT, -- day by which the writer wants an answer
  file_code_id BLOB REFERENCES file_code (id), -- code it is filed under, and so the version of the plan
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit it belongs to
  owner_id BLOB REFERENCES staff (id), -- who entered it
  answers_id BLOB REFERENCES document (id), -- document it answers
  sheets INTEGER NOT NULL, -- how many annexes
  is_copy INTEGER NOT NULL, -- entered though one like it is there
  package_id TEXT NOT NULL, -- BelgeId of its e-Yazışma package; empty for none
  signature TEXT NOT NULL DEFAULT 'none', -- none, valid, invalid, unchecked: what was found of its package's signatures when it came
  signature_said TEXT NOT NULL DEFAULT '', -- who signed and when, or why that is not believed; may be empty
  signature_report TEXT NOT NULL DEFAULT '', -- everything that was found of the signatures; may be empty
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- registered, recorded, referred, sent_back, done, filed, cancelled
  created_at INTEGER NOT NULL -- when it was entered
, origin TEXT NOT NULL DEFAULT 'entered', answer TEXT, answer_said TEXT NOT NULL DEFAULT '', secret_until TEXT) STRICT;
CREATE INDEX document__answer_created_at_id ON document (answer, created_at, id);
CREATE INDEX document__answer_received_on_id ON document (answer, received_on, id);
CREATE INDEX document__answers_id_created_at_id ON document (answers_id, created_at, id);
CREATE INDEX document__answers_id_received_on_id ON document (answers_id, received_on, id);
CREATE UNIQUE INDEX document__book_book_year_book_number ON document (book, book_year, book_number);
CREATE INDEX document__book_created_at_id ON document (book, created_at, id);
CREATE INDEX document__book_received_on_id ON document (book, received_on, id);
CREATE INDEX document__correspondent_id_created_at_id ON document (correspondent_id, created_at, id);
CREATE INDEX document__correspondent_id_received_on_id ON document (correspondent_id, received_on, id);
CREATE INDEX document__correspondent_id_their_number ON document (correspondent_id, their_number);
CREATE INDEX document__created_at_id ON document (created_at, id);
CREATE INDEX document__file_code_id_created_at_id ON document (file_code_id, created_at, id);
CREATE INDEX document__file_code_id_received_on_id ON document (file_code_id, received_on, id);
CREATE INDEX document__medium_created_at_id ON document (medium, created_at, id);
CREATE INDEX document__medium_received_on_id ON document (medium, received_on, id);
CREATE UNIQUE INDEX document__number ON document (number);
CREATE INDEX document__owner_id_created_at_id ON document (owner_id, created_at, id);
CREATE INDEX document__owner_id_received_on_id ON document (owner_id, received_on, id);
CREATE UNIQUE INDEX document__package_id_some ON document (package_id) WHERE package_id <> '';
CREATE INDEX document__received_on_id ON document (received_on, id);
CREATE INDEX document__secrecy_created_at_id ON document (secrecy, created_at, id);
CREATE INDEX document__secrecy_received_on_id ON document (secrecy, received_on, id);
CREATE INDEX document__secret_until_some ON document (secret_until) WHERE secret_until IS NOT NULL;
CREATE INDEX document__state_created_at_id ON document (state, created_at, id);
CREATE INDEX document__state_received_on_id ON document (state, received_on, id);
CREATE INDEX document__unit_id_created_at_id_with ON document (unit_id, created_at, id, received_on, book, state, medium, file_code_id, correspondent_id, secrecy, owner_id, answers_id);
CREATE INDEX document__unit_id_received_on_id ON document (unit_id, received_on, id);
CREATE TABLE duty (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  code TEXT NOT NULL, -- id in the catalogue, such as ORG-1
  order_no INTEGER NOT NULL, -- place in the catalogue, from 1
  family TEXT NOT NULL, -- id of the family
  title TEXT NOT NULL, -- what people call it
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  text TEXT NOT NULL, -- what the duty is
  works_when TEXT NOT NULL, -- what a person can do when it is served
  state TEXT NOT NULL, -- active, retired
  coverage TEXT NOT NULL, -- confirmed, proposed, none: in the regulation in force; derived
  responsible TEXT NOT NULL, -- who does it, in words; derived
  evidence_state TEXT NOT NULL, -- fresh, old, none; derived
  evidence_count INTEGER NOT NULL, -- pieces of evidence; derived
  evidence_at INTEGER, -- when the newest evidence arose; derived
  evidence TEXT NOT NULL, -- the newest evidence in a sentence; derived
  evidence_path TEXT NOT NULL, -- screen where it is seen; derived
  has_gap INTEGER NOT NULL -- stated by the regulation and something is missing; derived
) STRICT;
CREATE UNIQUE INDEX duty__code ON duty (code);
CREATE INDEX duty__coverage_order_no_id ON duty (coverage, order_no, id);
CREATE INDEX duty__coverage_title_key_id ON duty (coverage, title_key, id);
CREATE INDEX duty__evidence_state_order_no_id ON duty (evidence_state, order_no, id);
CREATE INDEX duty__evidence_state_title_key_id ON duty (evidence_state, title_key, id);
CREATE INDEX duty__family_order_no_id ON duty (family, order_no, id);
CREATE INDEX duty__family_title_key_id ON duty (family, title_key, id);
CREATE INDEX duty__has_gap_order_no_id ON duty (has_gap, order_no, id);
CREATE INDEX duty__has_gap_title_key_id ON duty (has_gap, title_key, id);
CREATE INDEX duty__order_no_id ON duty (order_no, id);
CREATE INDEX duty__title_key_id ON duty (title_key, id);
CREATE TABLE duty_assignment (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  duty_id BLOB NOT NULL REFERENCES duty (id), -- the duty
  unit_id BLOB NOT NULL, -- unit that does it
  title_id BLOB, -- title in the unit
  staff_id BLOB, -- person in the unit
  note TEXT NOT NULL, -- may be empty
  created_at INTEGER NOT NULL -- when it was said
) STRICT;
CREATE INDEX duty_assignment__duty_id_created_at ON duty_assignment (duty_id, created_at);
CREATE INDEX duty_assignment__staff_id_some ON duty_assignment (staff_id) WHERE staff_id IS NOT NULL;
CREATE INDEX duty_assignment__unit_id ON duty_assignment (unit_id);
CREATE TABLE escalation_step (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what it does, in a sentence; follows the other columns
  measure TEXT NOT NULL, -- the time it looks at: answer, solution, team
  percent INTEGER NOT NULL, -- percent of the allowed time that must be spent; 100 is the end of it
  priority TEXT NOT NULL, -- any, or a priority of tickets
  team_id BLOB REFERENCES unit (id), -- only tickets of this team; null for any
  receiver TEXT NOT NULL, -- assignee, team_head, requester_head, person
  person_id BLOB REFERENCES staff (id), -- who is told, where it is a person
  hands_over INTEGER NOT NULL, -- whoever is told works on it from then on
  state TEXT NOT NULL, -- active, stopped
  created_at INTEGER NOT NULL -- when it was written
) STRICT;
CREATE INDEX escalation_step__created_at_id ON escalation_step (created_at, id);
CREATE INDEX escalation_step__percent_id ON escalation_step (percent, id);
CREATE INDEX escalation_step__state_created_at_id ON escalation_step (state, created_at, id);
CREATE INDEX escalation_step__state_percent_id ON escalation_step (state, percent, id);
CREATE TABLE escalation_taken (
  ticket_id BLOB NOT NULL REFERENCES ticket (id), -- whose time it was
  step_id BLOB NOT NULL REFERENCES escalation_step (id), -- which step
  team_id BLOB NOT NULL, -- team whose time was spent; all zeros where the step looks at another time
  at INTEGER NOT NULL, -- when
  PRIMARY KEY (ticket_id, step_id, team_id)
) STRICT;
CREATE TABLE event (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  at INTEGER NOT NULL, -- when
  actor_id BLOB, -- account that acted; null for the system and visitors
  actor_name TEXT NOT NULL, -- name as it was then
  acting_for_id BLOB, -- staff member acted for
  acting_for_name TEXT, -- name as it was then
  source TEXT NOT NULL, -- screen, api, import, job, command_line
  request_id BLOB, -- request the act came with
  address TEXT, -- network address
  subject_kind TEXT NOT NULL, -- record kind
  subject_id BLOB NOT NULL, -- record
  subject_title TEXT NOT NULL, -- title as it was then
  related_kind TEXT, -- second record's kind
  related_id BLOB, -- second record
  unit_id BLOB, -- unit of the subject: decides who may read the event
  owner_id BLOB, -- owner of the subject
  verb TEXT NOT NULL, -- what was done, past participle
  changes TEXT NOT NULL, -- JSON list of {field, label, before, after} with display text
  note TEXT NOT NULL, -- comment, reason or free text; may be empty
  digest BLOB NOT NULL, -- SHA-256 of the canonical row: the leaf of the seal
  seal_no INTEGER, -- seal that covers the row
  leaf_no INTEGER -- place of the row in that seal
) STRICT;
CREATE INDEX event__actor_id_at_id ON event (actor_id, at, id);
CREATE INDEX event__at_id ON event (at, id);
CREATE INDEX event__id_some ON event (id) WHERE seal_no IS NULL;
CREATE INDEX event__owner_id_at_id_some ON event (owner_id, at, id) WHERE owner_id IS NOT NULL;
CREATE INDEX event__related_kind_related_id_id ON event (related_kind, related_id, id);
CREATE INDEX event__seal_no_leaf_no ON event (seal_no, leaf_no);
CREATE INDEX event__source_at_id ON event (source, at, id);
CREATE INDEX event__subject_kind_at_id ON event (subject_kind, at, id);
CREATE INDEX event__subject_kind_subject_id_id ON event (subject_kind, subject_id, id);
CREATE INDEX event__unit_id_at_id_some ON event (unit_id, at, id) WHERE unit_id IS NOT NULL;
CREATE INDEX event__verb_at_id ON event (verb, at, id);
CREATE TABLE file_code (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  plan_id BLOB NOT NULL REFERENCES file_plan (id), -- version of the plan
  code TEXT NOT NULL, -- three digits and up to three groups of two: 700, 622.01.01
  name TEXT NOT NULL, -- what is filed under it
  title TEXT NOT NULL, -- code and name
  title_key TEXT NOT NULL, -- for sorting
  description TEXT NOT NULL, -- explanation; may be empty
  retention TEXT NOT NULL, -- retention code of the plan (A, A1, B …); may be empty
  unit_years INTEGER, -- years in the unit's archive
  institution_years INTEGER, -- years in the institution's archive
  final_action TEXT NOT NULL, -- unknown, unit_forever, institution_forever, destroyed, state_archives, sampled, commission
  basis TEXT NOT NULL, -- law or circular; may be empty
  is_checked INTEGER NOT NULL, -- somebody compared it with the official plan
  state TEXT NOT NULL, -- draft, current, former: as its plan
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX file_code__final_action_title_key_id ON file_code (final_action, title_key, id);
CREATE INDEX file_code__is_checked_title_key_id ON file_code (is_checked, title_key, id);
CREATE UNIQUE INDEX file_code__plan_id_code ON file_code (plan_id, code);
CREATE INDEX file_code__plan_id_title_key_id ON file_code (plan_id, title_key, id);
CREATE INDEX file_code__state_title_key_id ON file_code (state, title_key, id);
CREATE INDEX file_code__title_key_id ON file_code (title_key, id);
CREATE TABLE file_plan (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what it is called
  title_key TEXT NOT NULL, -- for sorting in Turkish order
  valid_from TEXT NOT NULL, -- day from which it holds
  source TEXT NOT NULL, -- where it comes from: circular, decision, web page; may be empty
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- draft, current, former
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX file_plan__state_title_key_id ON file_plan (state, title_key, id);
CREATE INDEX file_plan__state_valid_from_id ON file_plan (state, valid_from, id);
CREATE UNIQUE INDEX file_plan__title ON file_plan (title);
CREATE INDEX file_plan__title_key_id ON file_plan (title_key, id);
CREATE INDEX file_plan__valid_from_id ON file_plan (valid_from, id);
CREATE TABLE file_text (
  sha256 TEXT NOT NULL, -- digest of the bytes, hexadecimal
  text TEXT NOT NULL, -- the first 200 KB of its text; empty where it has none or cannot be read
  PRIMARY KEY (sha256)
) STRICT;
CREATE TABLE follow (
  kind TEXT NOT NULL, -- record kind
  record_id BLOB NOT NULL, -- record
  account_id BLOB NOT NULL, -- who follows
  PRIMARY KEY (kind, record_id, account_id)
) STRICT;
CREATE TABLE how_to (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- question or matter, as people say it
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  body TEXT NOT NULL, -- what to do
  category TEXT NOT NULL, -- what it is about
  audience TEXT NOT NULL, -- everybody, desk
  state TEXT NOT NULL, -- draft, published, withdrawn
  review_on TEXT NOT NULL, -- day on which somebody reads it again
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX how_to__audience_created_at_id ON how_to (audience, created_at, id);
CREATE INDEX how_to__audience_review_on_id ON how_to (audience, review_on, id);
CREATE INDEX how_to__audience_title_key_id ON how_to (audience, title_key, id);
CREATE INDEX how_to__category_created_at_id ON how_to (category, created_at, id);
CREATE INDEX how_to__category_review_on_id ON how_to (category, review_on, id);
CREATE INDEX how_to__category_title_key_id ON how_to (category, title_key, id);
CREATE INDEX how_to__created_at_id ON how_to (created_at, id);
CREATE INDEX how_to__review_on_id ON how_to (review_on, id);
CREATE INDEX how_to__state_created_at_id ON how_to (state, created_at, id);
CREATE INDEX how_to__state_review_on_id ON how_to (state, review_on, id);
CREATE INDEX how_to__state_title_key_id ON how_to (state, title_key, id);
CREATE INDEX how_to__title_key_id ON how_to (title_key, id);
CREATE TABLE how_to_vote (
  how_to_id BLOB NOT NULL REFERENCES how_to (id), -- which how_to
  account_id BLOB NOT NULL, -- who says so
  has_helped INTEGER NOT NULL, -- it did
  at INTEGER NOT NULL, -- when they said so last
  PRIMARY KEY (how_to_id, account_id)
) STRICT;
CREATE TABLE import_plan (
  kind TEXT NOT NULL, -- record kind
  head TEXT NOT NULL, -- SHA-256 of the head's folded names
  plan TEXT NOT NULL, -- JSON of the decisions
  at INTEGER NOT NULL, -- when it was used last
  PRIMARY KEY (kind, head)
) STRICT;
CREATE TABLE intake_item (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  known_by TEXT NOT NULL, -- what of it may be here once: digest of the bytes, name of the message; its own id where it came before
  title TEXT NOT NULL, -- subject, as far as it could be guessed
  source TEXT NOT NULL, -- scan_folder, upload, email, package, api
  sender TEXT NOT NULL, -- who wrote, as far as it could be guessed; may be empty
  their_number TEXT NOT NULL, -- number the writer gave it; may be empty
  their_on TEXT, -- day the writer put on it
  secrecy TEXT NOT NULL, -- YOK, HZO, GZL, CGZ
  urgency TEXT NOT NULL, -- NRM, ACL, GNL
  due_on TEXT, -- day by which the writer wants an answer
  file_code_id BLOB REFERENCES file_code (id), -- code it will be filed under
  unit_id BLOB REFERENCES unit (id), -- unit it will belong to
  sheets INTEGER NOT NULL, -- how many annexes
  is_copy INTEGER NOT NULL, -- to be registered though one like it is there
  file_name TEXT NOT NULL, -- what the sender called the file; may be empty
  digest TEXT NOT NULL, -- SHA-256 of what arrived, hexadecimal; may be empty
  package_id TEXT NOT NULL, -- BelgeId of its e-Yazışma package; empty for none
  text TEXT NOT NULL, -- beginning of its text; may be empty
  whole_text TEXT NOT NULL, -- its text, the first 200 KB; may be empty
  report TEXT NOT NULL, -- what was found when its package was verified; may be empty
  signature TEXT NOT NULL DEFAULT 'none', -- none, valid, invalid, unchecked: what was found of a package's signatures
  signature_said TEXT NOT NULL DEFAULT '', -- who signed and when, or why that is not believed; may be empty
  signature_report TEXT NOT NULL DEFAULT '', -- everything that was found of the signatures; may be empty
  is_despite INTEGER NOT NULL DEFAULT FALSE, -- to be registered though its signature does not hold
  sender_kind TEXT NOT NULL DEFAULT '', -- institution, person, company; empty when no package says it
  sender_detsis TEXT NOT NULL DEFAULT '', -- the writer's number in the state's register; may be empty
  sender_kep TEXT NOT NULL DEFAULT '', -- the writer's registered electronic mail address; may be empty
  sender_email TEXT NOT NULL DEFAULT '', -- may be empty
  sender_phone TEXT NOT NULL DEFAULT '', -- may be empty
  sender_address TEXT NOT NULL DEFAULT '', -- may be empty
  update_said TEXT NOT NULL DEFAULT '', -- what an update package changes (JSON); empty for every other
  said_lines TEXT NOT NULL DEFAULT '', -- letters it refers to and whom it goes to, in lines; may be empty
  answers_id BLOB REFERENCES document (id), -- entry of ours that it answers
  state TEXT NOT NULL, -- waiting, to_update, registered, applied, set_aside, duplicate
  why TEXT NOT NULL, -- why it is set aside or a duplicate; may be empty
  reading TEXT NOT NULL, -- none, split, due, trying, done, unread, failed: whether it is to be taken apart or its picture read
  duplicate_of BLOB REFERENCES intake_item (id), -- what came first
  parent_id BLOB REFERENCES intake_item (id), -- the scan it was split from
  document_id BLOB REFERENCES document (id), -- its entry in the register
  received_at INTEGER NOT NULL -- when it arrived
, has_alike INTEGER NOT NULL DEFAULT FALSE, alike_said TEXT NOT NULL DEFAULT '', secret_until TEXT) STRICT;
CREATE INDEX intake_item__digest ON intake_item (digest);
CREATE INDEX intake_item__document_id_received_at_id ON intake_item (document_id, received_at, id);
CREATE INDEX intake_item__duplicate_of_received_at_id ON intake_item (duplicate_of, received_at, id);
CREATE INDEX intake_item__has_alike_received_at_id ON intake_item (has_alike, received_at, id);
CREATE UNIQUE INDEX intake_item__known_by ON intake_item (known_by);
CREATE INDEX intake_item__package_id_some ON intake_item (package_id) WHERE package_id <> '';
CREATE INDEX intake_item__parent_id_received_at_id ON intake_item (parent_id, received_at, id);
CREATE INDEX intake_item__reading_id ON intake_item (reading, id);
CREATE INDEX intake_item__received_at_id ON intake_item (received_at, id);
CREATE INDEX intake_item__signature_received_at_id ON intake_item (signature, received_at, id);
CREATE INDEX intake_item__source_received_at_id ON intake_item (source, received_at, id);
CREATE INDEX intake_item__state_received_at_id ON intake_item (state, received_at, id);
CREATE TABLE intake_way (
  name TEXT NOT NULL, -- scan_folder, mailbox
  read_at INTEGER NOT NULL, -- when it was last tried
  failing_since INTEGER, -- since when it cannot be read; null while it can
  error TEXT NOT NULL, -- why; empty while it can be read
  PRIMARY KEY (name)
) STRICT;
CREATE TABLE it_change (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the change, gapless in its year
  title TEXT NOT NULL, -- what is changed
  reason TEXT NOT NULL, -- why
  risk TEXT NOT NULL, -- low, middle, high
  asset_id BLOB, -- what is changed, of whichever capability keeps assets
  ticket_id BLOB REFERENCES ticket (id), -- ticket it answers
  staff_id BLOB NOT NULL REFERENCES staff (id), -- who carries it out
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of that person when it was planned
  starts_at INTEGER NOT NULL, -- beginning of the window
  ends_at INTEGER NOT NULL, -- end of the window
  steps TEXT NOT NULL, -- what is done, one a line
  way_back TEXT NOT NULL, -- how it is undone
  proof TEXT NOT NULL, -- how it is seen that all is well; may be empty
  result TEXT NOT NULL, -- what came of it; empty before
  state TEXT NOT NULL, -- draft, proposed, agreed, rejected, running, done, rolled_back, cancelled
  created_at INTEGER NOT NULL -- when it was planned
) STRICT;
CREATE INDEX it_change__asset_id_created_at_id ON it_change (asset_id, created_at, id);
CREATE INDEX it_change__asset_id_starts_at_id ON it_change (asset_id, starts_at, id);
CREATE INDEX it_change__asset_id_state ON it_change (asset_id, state);
CREATE INDEX it_change__created_at_id ON it_change (created_at, id);
CREATE UNIQUE INDEX it_change__number ON it_change (number);
CREATE INDEX it_change__risk_created_at_id ON it_change (risk, created_at, id);
CREATE INDEX it_change__risk_starts_at_id ON it_change (risk, starts_at, id);
CREATE INDEX it_change__staff_id_created_at_id ON it_change (staff_id, created_at, id);
CREATE INDEX it_change__staff_id_starts_at_id ON it_change (staff_id, starts_at, id);
CREATE INDEX it_change__starts_at_id ON it_change (starts_at, id);
CREATE INDEX it_change__state_created_at_id ON it_change (state, created_at, id);
CREATE INDEX it_change__state_starts_at_id ON it_change (state, starts_at, id);
CREATE INDEX it_change__ticket_id_created_at_id ON it_change (ticket_id, created_at, id);
CREATE INDEX it_change__ticket_id_starts_at_id ON it_change (ticket_id, starts_at, id);
CREATE INDEX it_change__unit_id_created_at_id ON it_change (unit_id, created_at, id);
CREATE INDEX it_change__unit_id_starts_at_id ON it_change (unit_id, starts_at, id);
CREATE TABLE it_service (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that answers for it
  criticality TEXT NOT NULL, -- critical, important, ordinary
  address TEXT NOT NULL, -- where people reach it; may be empty
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- active, retired
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX it_service__created_at_id ON it_service (created_at, id);
CREATE INDEX it_service__criticality_created_at_id ON it_service (criticality, created_at, id);
CREATE INDEX it_service__criticality_name_key_id ON it_service (criticality, name_key, id);
CREATE INDEX it_service__name_key_id ON it_service (name_key, id);
CREATE INDEX it_service__state_created_at_id ON it_service (state, created_at, id);
CREATE INDEX it_service__state_name_key_id ON it_service (state, name_key, id);
CREATE INDEX it_service__unit_id_created_at_id ON it_service (unit_id, created_at, id);
CREATE INDEX it_service__unit_id_name_key_id ON it_service (unit_id, name_key, id);
CREATE TABLE job (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  name TEXT NOT NULL, -- which job
  payload TEXT NOT NULL, -- JSON argument
  state TEXT NOT NULL, -- queued, dead or discarded
  unique_key TEXT, -- at most one queued row per key
  run_at INTEGER NOT NULL, -- not before
  attempts INTEGER NOT NULL, -- tries so far
  locked_until INTEGER NOT NULL, -- a worker holds it until then; 0 when free
  locked_by TEXT, -- which worker
  last_error TEXT NOT NULL, -- of the last failed try
  created_at INTEGER NOT NULL -- when enqueued
) STRICT;
CREATE INDEX job__name_run_at_id ON job (name, run_at, id);
CREATE INDEX job__run_at_id ON job (run_at, id);
CREATE INDEX job__state_run_at_id ON job (state, run_at, id);
CREATE UNIQUE INDEX job__unique_key_some ON job (unique_key) WHERE state = 'queued';
CREATE TABLE key_pin (
  card TEXT NOT NULL, -- label and serial number of the card
  mark TEXT NOT NULL, -- of the PIN, under the installation's key; empty for the row that whoever asks waits for
  state TEXT NOT NULL, -- entering, right, wrong; queue
  was_right INTEGER NOT NULL, -- the module took it before
  at INTEGER NOT NULL, -- when that was last so
  PRIMARY KEY (card, mark)
) STRICT;
CREATE TABLE key_standing (
  name TEXT NOT NULL, -- seal, decrypt
  error TEXT NOT NULL, -- why it cannot be used, in Turkish; empty while it can
  tried_at INTEGER NOT NULL, -- when it was last used or tried
  used_at INTEGER, -- when it last did what it is for; null before
  PRIMARY KEY (name)
) STRICT;
CREATE TABLE letter (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- E-24312041-702.03-1; empty until it is signed
  title TEXT NOT NULL, -- subject
  form TEXT NOT NULL, -- letter, approval
  medium TEXT NOT NULL, -- paper, electronic
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that writes
  owner_id BLOB REFERENCES staff (id), -- who writes
  file_code_id BLOB REFERENCES file_code (id), -- code it is filed under
  answers_id BLOB REFERENCES document (id), -- document it answers
  addressees TEXT NOT NULL, -- to whom, a name a line
  informed TEXT NOT NULL, -- who is only to know, a name a line; may be empty
  ilgi TEXT NOT NULL, -- what it refers to, one a line; may be empty
  body TEXT NOT NULL, -- the text; an empty line parts paragraphs
  annexes TEXT NOT NULL, -- one a line; may be empty
  withheld TEXT NOT NULL DEFAULT '', -- who gets which annexes not, one a line; may be empty
  initialled_by TEXT NOT NULL, -- who initials, in this order, one a line; may be empty
  signer_id BLOB REFERENCES staff (id), -- who signs
  second_signer_id BLOB REFERENCES staff (id), -- who signs after that, or consents
  signed_as TEXT NOT NULL, -- own, acting, delegated
  on_behalf TEXT NOT NULL, -- office on whose behalf it is signed; may be empty
  secrecy TEXT NOT NULL, -- YOK, HZO, GZL, CGZ
  secret_until TEXT, -- day until which the degree holds
  urgency TEXT NOT NULL, -- NRM, ACL, GNL
  due_on TEXT, -- day by which an answer is wanted
  statement TEXT NOT NULL, -- the text as it went round, frozen; empty before
  sheet TEXT NOT NULL, -- the same in its parts, from which screen and paper are made (printing::Letter); empty before
  code TEXT NOT NULL, -- by which anybody checks it; empty until it is signed
  document_id BLOB REFERENCES document (id), -- its entry in the register
  state TEXT NOT NULL, -- draft, routing, returned, signed, cancelled
  created_at INTEGER NOT NULL, -- when it was begun
  signed_at INTEGER -- when the last signed
, number_year INTEGER, number_in_year INTEGER NOT NULL DEFAULT 0, hands TEXT NOT NULL DEFAULT '', is_trial INTEGER NOT NULL DEFAULT FALSE, scan TEXT NOT NULL DEFAULT 'none', addressed_as TEXT NOT NULL DEFAULT '', signers TEXT NOT NULL DEFAULT '', signer_list TEXT NOT NULL DEFAULT '', cited TEXT NOT NULL DEFAULT '', scan_since INTEGER, scan_said TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX letter__answers_id_created_at_id ON letter (answers_id, created_at, id);
CREATE UNIQUE INDEX letter__code_some ON letter (code) WHERE code <> '';
CREATE INDEX letter__created_at_id ON letter (created_at, id);
CREATE INDEX letter__document_id ON letter (document_id);
CREATE INDEX letter__file_code_id_created_at_id ON letter (file_code_id, created_at, id);
CREATE INDEX letter__form_created_at_id ON letter (form, created_at, id);
CREATE UNIQUE INDEX letter__number_year_number_in_year_some ON letter (number_year, number_in_year) WHERE number_in_year > 0;
CREATE UNIQUE INDEX letter__number_year_number_some ON letter (number_year, number) WHERE number <> '';
CREATE INDEX letter__number_year_some ON letter (number_year) WHERE number_in_year = 0 AND number <> '';
CREATE INDEX letter__owner_id_created_at_id ON letter (owner_id, created_at, id);
CREATE INDEX letter__scan_created_at_id ON letter (scan, created_at, id);
CREATE INDEX letter__signer_id_created_at_id ON letter (signer_id, created_at, id);
CREATE INDEX letter__state_created_at_id ON letter (state, created_at, id);
CREATE INDEX letter__unit_id_created_at_id ON letter (unit_id, created_at, id);
CREATE TABLE letter_ended (
  code TEXT NOT NULL, -- as it stands on the paper
  letter_id BLOB NOT NULL REFERENCES letter (id), -- of which letter
  ended_at INTEGER NOT NULL, -- when it came back or was taken back
  PRIMARY KEY (code)
) STRICT;
CREATE TABLE letter_file (
  code TEXT NOT NULL, -- of the letter as it went round then
  role TEXT NOT NULL, -- cover, package, copy-<n> without withheld annexes, seal, update-<change>-<package>
  sha256 TEXT NOT NULL, -- digest of the bytes, hexadecimal
  size_bytes INTEGER NOT NULL, -- size
  said TEXT NOT NULL, -- with the cover: what the package says of the letter, JSON; otherwise empty
  made_at INTEGER NOT NULL, -- when it was made
  PRIMARY KEY (code, role)
) STRICT;
CREATE TABLE letter_sending (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- number of the letter and the addressee
  letter_id BLOB NOT NULL REFERENCES letter (id), -- what was sent
  addressee TEXT NOT NULL, -- to whom, as the letter names them
  way TEXT NOT NULL, -- email, kep, carried, web
  sent_on TEXT NOT NULL, -- day on which it left
  note TEXT NOT NULL, -- anything else, such as the number of the message; may be empty
  secrecy TEXT NOT NULL, -- of the letter then: YOK, HZO, GZL, CGZ
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of the letter
  owner_id BLOB REFERENCES staff (id), -- who sent it
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX letter_sending__created_at_id ON letter_sending (created_at, id);
CREATE INDEX letter_sending__letter_id_created_at_id ON letter_sending (letter_id, created_at, id);
CREATE INDEX letter_sending__owner_id_created_at_id ON letter_sending (owner_id, created_at, id);
CREATE INDEX letter_sending__unit_id_created_at_id ON letter_sending (unit_id, created_at, id);
CREATE INDEX letter_sending__way_created_at_id ON letter_sending (way, created_at, id);
CREATE TABLE letter_signature (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  letter_id BLOB NOT NULL REFERENCES letter (id), -- what was signed
  code TEXT NOT NULL, -- of the letter as it went round then; it has another after it came back
  step_id BLOB NOT NULL, -- whose turn it was
  cms TEXT NOT NULL, -- the signature file with its content (CAdES), base64
  holder TEXT NOT NULL, -- name in the certificate
  serial TEXT NOT NULL, -- number of the certificate, hexadecimal
  is_trial INTEGER NOT NULL, -- made with a certificate that is not qualified
  report TEXT NOT NULL, -- what was found when it came, in Turkish
  signed_at INTEGER NOT NULL -- when it came
) STRICT;
CREATE INDEX letter_signature__code ON letter_signature (code);
CREATE UNIQUE INDEX letter_signature__step_id ON letter_signature (step_id);
CREATE TABLE letter_stamp (
  code TEXT NOT NULL, -- of the letter as it went round
  waits_for TEXT NOT NULL, -- why the stamp has not come yet; empty when nothing is waited for
  signature_level TEXT NOT NULL, -- BES, T, X-L, A: of the signature in the package; empty before
  seal_level TEXT NOT NULL, -- the same of the seal
  report TEXT NOT NULL, -- what was found when the package was made, in Turkish; empty before
  tried_at INTEGER NOT NULL, -- when the server was last asked
  restamp_at INTEGER, -- when the certificate of the seal's last stamp ends; null without a stamp
  PRIMARY KEY (code)
) STRICT;
CREATE INDEX letter_stamp__restamp_at_some ON letter_stamp (restamp_at) WHERE restamp_at IS NOT NULL;
CREATE TABLE letter_template (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what it is called in its unit
  name_key TEXT NOT NULL, -- for sorting in Turkish order
  unit_id BLOB NOT NULL REFERENCES unit (id), -- whose
  form TEXT NOT NULL, -- letter, approval
  title TEXT NOT NULL, -- subject; may be empty
  addressees TEXT NOT NULL, -- to whom, one a line; may be empty
  informed TEXT NOT NULL, -- who is only to know; may be empty
  body TEXT NOT NULL, -- the text; may be empty
  annexes TEXT NOT NULL, -- one a line; may be empty
  file_code_id BLOB REFERENCES file_code (id), -- code it is filed under
  initialled_by TEXT NOT NULL, -- who initials, one a line; may be empty
  signer_id BLOB REFERENCES staff (id), -- who signs
  second_signer_id BLOB REFERENCES staff (id), -- who signs after that, or consents
  state TEXT NOT NULL, -- active, retired
  created_at INTEGER NOT NULL -- when it was made
) STRICT;
CREATE INDEX letter_template__form_name_key_id ON letter_template (form, name_key, id);
CREATE INDEX letter_template__name_key_id ON letter_template (name_key, id);
CREATE INDEX letter_template__state_name_key_id ON letter_template (state, name_key, id);
CREATE UNIQUE INDEX letter_template__unit_id_name_key ON letter_template (unit_id, name_key);
CREATE INDEX letter_template__unit_id_name_key_id ON letter_template (unit_id, name_key, id);
CREATE TABLE letter_unsealed (
  code TEXT NOT NULL, -- of the letter as it went round
  letter_id BLOB NOT NULL REFERENCES letter (id), -- which letter
  since INTEGER NOT NULL, -- since when it waits
  PRIMARY KEY (code)
) STRICT;
CREATE INDEX letter_unsealed__since_code ON letter_unsealed (since, code);
CREATE TABLE licence (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- program and seats, for people
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  software_id BLOB NOT NULL REFERENCES software (id), -- for which program
  seats INTEGER NOT NULL, -- machines it allows
  contract TEXT NOT NULL, -- invoice, contract or order it stands in; may be empty
  supplier TEXT NOT NULL, -- who sold it; may be empty
  bought_on TEXT, -- day it was bought
  until_on TEXT, -- last day; null for one that does not end
  ending TEXT NOT NULL, -- unknown, valid, ending, ended; follows the last day as a warranty does
  price_kurus INTEGER, -- what it cost
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- valid, cancelled
  created_at INTEGER NOT NULL -- when it was entered
, former_number TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX licence__created_at_id ON licence (created_at, id);
CREATE INDEX licence__ending_created_at_id ON licence (ending, created_at, id);
CREATE INDEX licence__ending_title_key_id ON licence (ending, title_key, id);
CREATE INDEX licence__ending_until_on ON licence (ending, until_on);
CREATE INDEX licence__former_number_some ON licence (former_number) WHERE former_number <> '';
CREATE INDEX licence__software_id_created_at_id ON licence (software_id, created_at, id);
CREATE INDEX licence__software_id_title_key_id ON licence (software_id, title_key, id);
CREATE INDEX licence__state_created_at_id ON licence (state, created_at, id);
CREATE INDEX licence__state_title_key_id ON licence (state, title_key, id);
CREATE INDEX licence__title_key_id ON licence (title_key, id);
CREATE TABLE licence_key (
  licence_id BLOB NOT NULL REFERENCES licence (id), -- of which licence
  sealed TEXT NOT NULL, -- the key; opens only with the installation's key and at this licence
  set_at INTEGER NOT NULL, -- when it was written
  PRIMARY KEY (licence_id)
) STRICT;
CREATE TABLE line (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- telephone or service number, digits as the operator writes it
  type TEXT NOT NULL, -- landline, gsm, gsm_data, data, internet
  operator TEXT NOT NULL, -- who provides it
  plan TEXT NOT NULL, -- tariff, speed or quota; may be empty
  monthly_kurus INTEGER NOT NULL, -- what it costs a month
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that uses it
  holder_id BLOB REFERENCES staff (id), -- person who uses it; null for one that a unit shares
  place TEXT NOT NULL, -- where it ends; may be empty
  committed_until_on TEXT, -- last day of the commitment to the operator
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- open, suspended, closed
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX line__created_at_id ON line (created_at, id);
CREATE INDEX line__holder_id_created_at_id ON line (holder_id, created_at, id);
CREATE INDEX line__holder_id_monthly_kurus_id ON line (holder_id, monthly_kurus, id);
CREATE INDEX line__holder_id_number_id ON line (holder_id, number, id);
CREATE INDEX line__monthly_kurus_id ON line (monthly_kurus, id);
CREATE UNIQUE INDEX line__number ON line (number);
CREATE INDEX line__number_id ON line (number, id);
CREATE INDEX line__state_created_at_id ON line (state, created_at, id);
CREATE INDEX line__state_monthly_kurus_id ON line (state, monthly_kurus, id);
CREATE INDEX line__state_number_id ON line (state, number, id);
CREATE INDEX line__type_created_at_id ON line (type, created_at, id);
CREATE INDEX line__type_monthly_kurus_id ON line (type, monthly_kurus, id);
CREATE INDEX line__type_number_id ON line (type, number, id);
CREATE INDEX line__unit_id_created_at_id ON line (unit_id, created_at, id);
CREATE INDEX line__unit_id_monthly_kurus_id ON line (unit_id, monthly_kurus, id);
CREATE INDEX line__unit_id_number_id ON line (unit_id, number, id);
CREATE TABLE log_answer (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  request_id BLOB NOT NULL REFERENCES log_request (id), -- which request
  body TEXT NOT NULL, -- what was found and what speaks against it, as JSON, for the page
  sha256 TEXT NOT NULL, -- SHA-256 of the bundle: the signed paper with lines, proofs and seals
  size_bytes INTEGER NOT NULL, -- size of the bundle
  made_at INTEGER NOT NULL -- when
) STRICT;
CREATE UNIQUE INDEX log_answer__request_id ON log_answer (request_id);
CREATE INDEX log_answer__sha256 ON log_answer (sha256);
CREATE TABLE log_chain_head (
  node TEXT NOT NULL, -- whose chain
  no INTEGER NOT NULL, -- number of the entry
  digest TEXT NOT NULL, -- SHA-256 of its file, in hexadecimal digits
  noted_at INTEGER NOT NULL, -- when it was first seen
  PRIMARY KEY (node, no)
) STRICT;
CREATE TABLE log_check (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  checked_at INTEGER NOT NULL, -- when it ended
  entries INTEGER NOT NULL, -- of all nodes' chains
  segments INTEGER NOT NULL, -- held against their seals
  line_count INTEGER NOT NULL, -- lines whose leaves were computed again; 0 where the digests of files were compared
  stamps INTEGER NOT NULL, -- that are believed
  findings INTEGER NOT NULL, -- that prove a change
  report TEXT NOT NULL -- what was found, one a line; empty when all is whole
) STRICT;
CREATE INDEX log_check__checked_at ON log_check (checked_at);
CREATE TABLE log_deletion (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  deleted_at INTEGER NOT NULL, -- when
  first_day INTEGER NOT NULL, -- first day, counted from 1970-01-01 in UTC
  last_day INTEGER NOT NULL, -- last day; days between them that were held stayed
  lines INTEGER NOT NULL, -- that were in them
  bytes INTEGER NOT NULL, -- of their segments
  reason TEXT NOT NULL, -- why, as the chain says it
  entry TEXT NOT NULL -- node and number of the entry of the chain that says so
) STRICT;
CREATE INDEX log_deletion__deleted_at ON log_deletion (deleted_at);
CREATE TABLE log_finding (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  source_id BLOB REFERENCES log_source (id), -- which source; null: the record as a whole
  what TEXT NOT NULL, -- silent, slow, changed, unstamped, damaged
  title TEXT NOT NULL, -- the finding in one line
  from_at INTEGER NOT NULL, -- since when
  to_at INTEGER, -- until when; null: it goes on
  state TEXT NOT NULL -- open, ended, explained
) STRICT;
CREATE INDEX log_finding__from_at_id ON log_finding (from_at, id);
CREATE INDEX log_finding__source_id_from_at_id ON log_finding (source_id, from_at, id);
CREATE UNIQUE INDEX log_finding__source_id_what_some ON log_finding (source_id, what) WHERE to_at IS NULL;
CREATE INDEX log_finding__state_from_at_id ON log_finding (state, from_at, id);
CREATE INDEX log_finding__what_from_at_id ON log_finding (what, from_at, id);
CREATE TABLE log_import (
  sha256 TEXT NOT NULL, -- of the file as it was handed over, in hexadecimal digits
  name TEXT NOT NULL, -- what it was called
  lines INTEGER NOT NULL, -- that were kept of it
  taken_at INTEGER NOT NULL, -- when it was last taken
  PRIMARY KEY (sha256)
) STRICT;
CREATE TABLE log_loss (
  node TEXT NOT NULL, -- whose door it was
  hour INTEGER NOT NULL, -- beginning of the hour
  door TEXT NOT NULL, -- UDP, TCP, TLS
  sender TEXT NOT NULL, -- who sent them; empty where the operating system does not say
  lines INTEGER NOT NULL, gaps INTEGER NOT NULL DEFAULT 0, since_at INTEGER, -- as many at least
  PRIMARY KEY (hour, node, door, sender)
) STRICT;
CREATE TABLE log_network (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  addresses TEXT NOT NULL, -- the range as ADDRESS/BITS
  unit_id BLOB NOT NULL REFERENCES unit (id), -- the unit that has it
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE UNIQUE INDEX log_network__addresses ON log_network (addresses);
CREATE INDEX log_network__created_at_id ON log_network (created_at, id);
CREATE INDEX log_network__name_key_id ON log_network (name_key, id);
CREATE INDEX log_network__unit_id_created_at_id ON log_network (unit_id, created_at, id);
CREATE INDEX log_network__unit_id_name_key_id ON log_network (unit_id, name_key, id);
CREATE TABLE log_query (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  query TEXT NOT NULL, -- what is looked for, as in the address of the search; without the reason
  created_at INTEGER NOT NULL -- when it was saved
) STRICT;
CREATE INDEX log_query__created_at_id ON log_query (created_at, id);
CREATE INDEX log_query__name_key_id ON log_query (name_key, id);
CREATE TABLE log_request (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the request, gapless in its year
  book_year INTEGER NOT NULL, -- year of the number
  book_number INTEGER NOT NULL, -- place in the year
  title TEXT NOT NULL, -- who asks under which file number, and about which address
  authority TEXT NOT NULL, -- prosecutor, court, police, btk, own, other
  authority_name TEXT NOT NULL, -- who asks
  file_number TEXT NOT NULL, -- under which number they ask
  file_on TEXT NOT NULL, -- day of their letter
  document_id BLOB, -- their letter in the register, of whichever capability keeps it
  reason TEXT NOT NULL, -- why they ask, and on which ground
  ip TEXT NOT NULL, -- address that was seen
  port TEXT NOT NULL, -- port of it; empty where they do not know
  proto TEXT NOT NULL, -- any, tcp, udp, icmp
  moment TEXT NOT NULL, -- when, to the second, in Türkiye's time
  tolerance_seconds INTEGER NOT NULL, -- how far their time may be wrong to either side
  other_ip TEXT NOT NULL, -- their own side's address; may be empty
  other_port TEXT NOT NULL, -- and port; may be empty
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- draft, asked, approved, refused, answered, closed
  written_by_id BLOB, -- account that wrote it down
  written_by TEXT NOT NULL, -- name as it was then
  asked_by_id BLOB, -- account that asked for agreement
  asked_staff_id BLOB, -- the same as a member of staff, for whom somebody may be acting
  asked_by TEXT NOT NULL, -- name as it was then; empty before
  asked_at INTEGER, -- when
  approved_by TEXT NOT NULL, -- who agreed, name as it was then; empty before
  approved_at INTEGER, -- when
  answered_by TEXT NOT NULL, -- who had it answered, name as it was then; empty before
  answered_at INTEGER, -- when
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX log_request__authority_created_at_id ON log_request (authority, created_at, id);
CREATE INDEX log_request__authority_number_id ON log_request (authority, number, id);
CREATE UNIQUE INDEX log_request__book_year_book_number ON log_request (book_year, book_number);
CREATE INDEX log_request__created_at_id ON log_request (created_at, id);
CREATE INDEX log_request__document_id_created_at_id ON log_request (document_id, created_at, id);
CREATE INDEX log_request__document_id_number_id ON log_request (document_id, number, id);
CREATE UNIQUE INDEX log_request__number ON log_request (number);
CREATE INDEX log_request__number_id ON log_request (number, id);
CREATE INDEX log_request__state_created_at_id ON log_request (state, created_at, id);
CREATE INDEX log_request__state_number_id ON log_request (state, number, id);
CREATE TABLE log_source (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number INTEGER NOT NULL, -- what the lines themselves say of their source, in the journal
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  sender TEXT NOT NULL, -- address, or name of the file or archive, that the lines come from
  format TEXT NOT NULL, -- what it was said to be; auto where every line is recognised by itself
  found_format TEXT NOT NULL, -- what most of its last lines were
  offset_minutes INTEGER NOT NULL, -- what its clock is ahead of UTC where its lines do not say
  silence_minutes INTEGER, -- silence after which people are told; null: as its format suggests, 0: never
  note TEXT NOT NULL, -- what people should know about it; may be empty
  state TEXT NOT NULL, -- heard, silent, refused, retired
  lines INTEGER NOT NULL, -- received so far
  last_at INTEGER, -- when the last line was received
  skew_us INTEGER, -- how far its clock is behind ours, microseconds; negative: ahead; null: its lines tell no time
  created_at INTEGER NOT NULL -- when its first line came
, is_relay INTEGER NOT NULL DEFAULT FALSE, skew_seconds INTEGER) STRICT;
CREATE INDEX log_source__created_at_id ON log_source (created_at, id);
CREATE INDEX log_source__found_format_created_at_id ON log_source (found_format, created_at, id);
CREATE INDEX log_source__found_format_last_at_id ON log_source (found_format, last_at, id);
CREATE INDEX log_source__found_format_name_key_id ON log_source (found_format, name_key, id);
CREATE INDEX log_source__last_at_id ON log_source (last_at, id);
CREATE INDEX log_source__name_key_id ON log_source (name_key, id);
CREATE UNIQUE INDEX log_source__number ON log_source (number);
CREATE UNIQUE INDEX log_source__sender ON log_source (sender);
CREATE INDEX log_source__state_created_at_id ON log_source (state, created_at, id);
CREATE INDEX log_source__state_last_at_id ON log_source (state, last_at, id);
CREATE INDEX log_source__state_name_key_id ON log_source (state, name_key, id);
CREATE TABLE log_source_doubt (
  source INTEGER NOT NULL, -- number of the source
  node TEXT NOT NULL, -- which node took the lines in
  hour INTEGER NOT NULL, -- beginning of the hour of receiving
  reason TEXT NOT NULL, -- empty, too_long, marks, no_format, layout, message
  lines INTEGER NOT NULL, -- of this reason
  PRIMARY KEY (source, hour, reason, node)
) STRICT;
CREATE INDEX log_source_doubt__hour ON log_source_doubt (hour);
CREATE TABLE log_source_hour (
  source INTEGER NOT NULL, -- number of the source
  node TEXT NOT NULL, -- which node took the lines in
  hour INTEGER NOT NULL, -- beginning of the hour of receiving
  lines INTEGER NOT NULL, -- received
  bytes INTEGER NOT NULL, -- of these lines
  cut INTEGER NOT NULL, -- cut off by the sender or a limit
  unread INTEGER NOT NULL, -- not, or not wholly, taken apart
  doubts TEXT NOT NULL, translated INTEGER NOT NULL DEFAULT 0, macs INTEGER NOT NULL DEFAULT 0, users INTEGER NOT NULL DEFAULT 0, -- why, as NAME COUNT separated by commas; may be empty
  PRIMARY KEY (source, hour, node)
) STRICT;
CREATE INDEX log_source_hour__hour ON log_source_hour (hour);
CREATE TABLE mail_message (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  message_id TEXT NOT NULL, -- its own name, or the digest of its bytes
  title TEXT NOT NULL, -- subject
  sender TEXT NOT NULL, -- address, small letters
  sender_name TEXT NOT NULL, -- name beside the address; may be empty
  text TEXT NOT NULL, -- what was written, without what it answers
  state TEXT NOT NULL, -- ticket, thread, stranger, automatic, refused, ignored
  why TEXT NOT NULL, -- why it is no ticket; may be empty
  ticket_id BLOB REFERENCES ticket (id), -- ticket it opened or belongs to
  received_at INTEGER NOT NULL -- when it was read
) STRICT;
CREATE UNIQUE INDEX mail_message__message_id ON mail_message (message_id);
CREATE INDEX mail_message__received_at_id ON mail_message (received_at, id);
CREATE INDEX mail_message__sender_received_at ON mail_message (sender, received_at);
CREATE INDEX mail_message__state_received_at_id ON mail_message (state, received_at, id);
CREATE INDEX mail_message__ticket_id_received_at_id ON mail_message (ticket_id, received_at, id);
CREATE TABLE mailbox_state (
  name TEXT NOT NULL, -- which mailbox
  read_at INTEGER NOT NULL, -- when it was last tried
  failing_since INTEGER, -- since when it cannot be read; null while it can
  error TEXT NOT NULL, -- what the server said; empty while it can be read
  PRIMARY KEY (name)
) STRICT;
CREATE TABLE maintenance_plan (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what is maintained
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  steps TEXT NOT NULL, -- what is to be done each time
  interval TEXT NOT NULL, -- day, week, month, quarter, half_year, year
  next_on TEXT NOT NULL, -- day of the next work, before holidays move it
  counter_every INTEGER, -- the device counts so much between two works: pages, hours, kilometres; null where only days count
  counter_now INTEGER, -- what it had counted when it was last read
  counter_next INTEGER, -- count at which the next work is due
  responsible_id BLOB NOT NULL REFERENCES staff (id), -- for whom the tickets are opened
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit that does it
  assignee_id BLOB REFERENCES staff (id), -- who does it; null for whoever takes it
  asset_id BLOB, -- what is maintained, of whichever capability keeps assets
  place TEXT NOT NULL, -- where
  state TEXT NOT NULL, -- active, stopped
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX maintenance_plan__asset_id_created_at_id ON maintenance_plan (asset_id, created_at, id);
CREATE INDEX maintenance_plan__asset_id_next_on_id ON maintenance_plan (asset_id, next_on, id);
CREATE INDEX maintenance_plan__asset_id_title_key_id ON maintenance_plan (asset_id, title_key, id);
CREATE INDEX maintenance_plan__assignee_id_created_at_id ON maintenance_plan (assignee_id, created_at, id);
CREATE INDEX maintenance_plan__assignee_id_next_on_id ON maintenance_plan (assignee_id, next_on, id);
CREATE INDEX maintenance_plan__assignee_id_title_key_id ON maintenance_plan (assignee_id, title_key, id);
CREATE INDEX maintenance_plan__counter_next_some ON maintenance_plan (counter_next) WHERE counter_next IS NOT NULL;
CREATE INDEX maintenance_plan__created_at_id ON maintenance_plan (created_at, id);
CREATE INDEX maintenance_plan__interval_created_at_id ON maintenance_plan (interval, created_at, id);
CREATE INDEX maintenance_plan__interval_next_on_id ON maintenance_plan (interval, next_on, id);
CREATE INDEX maintenance_plan__interval_title_key_id ON maintenance_plan (interval, title_key, id);
CREATE INDEX maintenance_plan__next_on_id ON maintenance_plan (next_on, id);
CREATE INDEX maintenance_plan__state_created_at_id ON maintenance_plan (state, created_at, id);
CREATE INDEX maintenance_plan__state_next_on_id ON maintenance_plan (state, next_on, id);
CREATE INDEX maintenance_plan__state_title_key_id ON maintenance_plan (state, title_key, id);
CREATE INDEX maintenance_plan__title_key_id ON maintenance_plan (title_key, id);
CREATE INDEX maintenance_plan__unit_id_created_at_id ON maintenance_plan (unit_id, created_at, id);
CREATE INDEX maintenance_plan__unit_id_next_on_id ON maintenance_plan (unit_id, next_on, id);
CREATE INDEX maintenance_plan__unit_id_title_key_id ON maintenance_plan (unit_id, title_key, id);
CREATE TABLE migration (id TEXT PRIMARY KEY, at BIGINT NOT NULL);
CREATE TABLE movable_code (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  code TEXT NOT NULL, -- digits in groups, such as 150.01.04; the first group is the account
  name TEXT NOT NULL, -- what the list calls it
  title TEXT NOT NULL, -- code and name, for people
  account TEXT NOT NULL, -- 150, 253, 254, 255
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX movable_code__account_code_id ON movable_code (account, code, id);
CREATE INDEX movable_code__account_created_at_id ON movable_code (account, created_at, id);
CREATE UNIQUE INDEX movable_code__code ON movable_code (code);
CREATE INDEX movable_code__code_id ON movable_code (code, id);
CREATE INDEX movable_code__created_at_id ON movable_code (created_at, id);
CREATE TABLE movable_voucher (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the voucher
  year INTEGER NOT NULL, -- year of the number
  place INTEGER NOT NULL, -- number in that year and direction, without a gap
  title TEXT NOT NULL, -- what came or went, for people
  direction TEXT NOT NULL, -- entry, exit
  ground TEXT NOT NULL, -- purchase, donation, taken_over, surplus, scrapped
  asset_numbers TEXT NOT NULL, -- inventory numbers, one a line
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of the first asset
  party TEXT NOT NULL, -- whom they came from or went to; may be empty
  document TEXT NOT NULL, -- invoice, acceptance or decision; may be empty
  moved_on TEXT NOT NULL, -- day they came or went
  total_kurus INTEGER NOT NULL, -- what they cost together, as far as it is known
  statement TEXT NOT NULL, -- what the voucher says, frozen when it was made out
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- valid, reversed
  created_at INTEGER NOT NULL -- when it was made out
) STRICT;
CREATE INDEX movable_voucher__created_at_id ON movable_voucher (created_at, id);
CREATE INDEX movable_voucher__direction_created_at_id ON movable_voucher (direction, created_at, id);
CREATE INDEX movable_voucher__direction_moved_on_id ON movable_voucher (direction, moved_on, id);
CREATE UNIQUE INDEX movable_voucher__direction_year_place ON movable_voucher (direction, year, place);
CREATE INDEX movable_voucher__ground_created_at_id ON movable_voucher (ground, created_at, id);
CREATE INDEX movable_voucher__ground_moved_on_id ON movable_voucher (ground, moved_on, id);
CREATE INDEX movable_voucher__moved_on_id ON movable_voucher (moved_on, id);
CREATE UNIQUE INDEX movable_voucher__number ON movable_voucher (number);
CREATE INDEX movable_voucher__state_created_at_id ON movable_voucher (state, created_at, id);
CREATE INDEX movable_voucher__state_moved_on_id ON movable_voucher (state, moved_on, id);
CREATE INDEX movable_voucher__unit_id_created_at_id ON movable_voucher (unit_id, created_at, id);
CREATE INDEX movable_voucher__unit_id_moved_on_id ON movable_voucher (unit_id, moved_on, id);
CREATE TABLE movable_voucher_item (
  voucher_id BLOB NOT NULL REFERENCES movable_voucher (id), -- which voucher
  asset_id BLOB NOT NULL REFERENCES asset (id), -- which device
  direction TEXT NOT NULL, -- as its voucher says
  is_valid INTEGER NOT NULL, -- its voucher was not reversed
  PRIMARY KEY (voucher_id, asset_id)
) STRICT;
CREATE INDEX movable_voucher_item__asset_id ON movable_voucher_item (asset_id);
CREATE UNIQUE INDEX movable_voucher_item__asset_id_direction_some ON movable_voucher_item (asset_id, direction) WHERE is_valid = TRUE;
CREATE TABLE network_device (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  no INTEGER NOT NULL, -- number under which agents are asked for it
  identity TEXT NOT NULL, -- serial, else network card, else address: by which it is known again
  name TEXT NOT NULL, -- what it calls itself, else its address
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  kind TEXT NOT NULL, -- computer, network, printer, storage, power, phone, video, kvm, unknown
  address TEXT NOT NULL, -- IPv4 address it answered from
  mac TEXT NOT NULL, -- network card; may be empty
  manufacturer TEXT NOT NULL, -- who made it; may be empty
  model TEXT NOT NULL, -- model; may be empty
  serial TEXT NOT NULL, -- serial number; may be empty
  firmware TEXT NOT NULL, -- version of its program; may be empty
  place TEXT NOT NULL, -- location as it is set on the device; may be empty
  description TEXT NOT NULL, -- what it says of itself; may be empty
  scan_id BLOB NOT NULL REFERENCES network_scan (id), -- scan that found it last
  way INTEGER NOT NULL, -- which of the ways over SNMP it answers to; 0 for none
  asset_id BLOB REFERENCES asset (id), -- asset it is
  state TEXT NOT NULL, -- new, known, ignored
  pages INTEGER, -- pages it printed in its life
  colour_pages INTEGER, -- of these in colour
  toner TEXT NOT NULL, -- unknown, enough, low: the emptiest of its cartridges
  levels TEXT NOT NULL, -- JSON object of its cartridges and how full they are in percent
  ports INTEGER, -- network ports that it has
  trouble TEXT NOT NULL, -- why it did not answer the last question; may be empty
  first_seen_at INTEGER NOT NULL, -- first scan that found it
  seen_at INTEGER NOT NULL, -- last scan that found it
  asked_at INTEGER, -- when it was asked in detail last
  told_at INTEGER -- when it answered in detail last
) STRICT;
CREATE INDEX network_device__asset_id_name_key_id ON network_device (asset_id, name_key, id);
CREATE INDEX network_device__asset_id_seen_at_id ON network_device (asset_id, seen_at, id);
CREATE UNIQUE INDEX network_device__identity ON network_device (identity);
CREATE INDEX network_device__kind_name_key_id ON network_device (kind, name_key, id);
CREATE INDEX network_device__kind_seen_at_id ON network_device (kind, seen_at, id);
CREATE INDEX network_device__mac_some ON network_device (mac) WHERE mac <> '';
CREATE INDEX network_device__name_key_id ON network_device (name_key, id);
CREATE UNIQUE INDEX network_device__no ON network_device (no);
CREATE INDEX network_device__scan_id ON network_device (scan_id);
CREATE INDEX network_device__seen_at_id ON network_device (seen_at, id);
CREATE INDEX network_device__state_name_key_id ON network_device (state, name_key, id);
CREATE INDEX network_device__state_seen_at_id ON network_device (state, seen_at, id);
CREATE INDEX network_device__toner_name_key_id ON network_device (toner, name_key, id);
CREATE INDEX network_device__toner_seen_at_id ON network_device (toner, seen_at, id);
CREATE TABLE network_scan (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  agent_id BLOB NOT NULL REFERENCES agent (id), -- agent that looks
  first_address TEXT NOT NULL, -- first IPv4 address
  last_address TEXT NOT NULL, -- last IPv4 address
  port INTEGER NOT NULL, -- UDP port of SNMP
  every_hours INTEGER NOT NULL, -- how often
  state TEXT NOT NULL, -- active, paused
  task_no INTEGER NOT NULL, -- number under which the agent was asked last; 0 before
  asked_at INTEGER, -- when it was asked last
  ended_at INTEGER, -- when it was through last
  found INTEGER NOT NULL, -- devices that answered the last time
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX network_scan__agent_id ON network_scan (agent_id);
CREATE INDEX network_scan__created_at_id ON network_scan (created_at, id);
CREATE INDEX network_scan__name_key_id ON network_scan (name_key, id);
CREATE INDEX network_scan__state_created_at_id ON network_scan (state, created_at, id);
CREATE INDEX network_scan__state_name_key_id ON network_scan (state, name_key, id);
CREATE INDEX network_scan__task_no_some ON network_scan (task_no) WHERE task_no > 0;
CREATE TABLE notice (
  account_id BLOB NOT NULL, -- who is told
  event_id BLOB NOT NULL, -- what happened
  key TEXT NOT NULL, -- declared notice
  read_at INTEGER, act_id BLOB, more INTEGER NOT NULL DEFAULT 0, -- when the person read it
  PRIMARY KEY (account_id, event_id)
) STRICT;
CREATE UNIQUE INDEX notice__account_id_act_id_key ON notice (account_id, act_id, key);
CREATE INDEX notice__account_id_event_id_some ON notice (account_id, event_id) WHERE read_at IS NULL;
CREATE INDEX notice__read_at_some ON notice (read_at) WHERE read_at IS NOT NULL;
CREATE TABLE notice_mute (
  account_id BLOB NOT NULL, -- whose
  key TEXT NOT NULL, -- declared notice
  PRIMARY KEY (account_id, key)
) STRICT;
CREATE TABLE number_series (
  series TEXT NOT NULL, -- series code
  year INTEGER NOT NULL, -- calendar year
  last INTEGER NOT NULL, -- last number given
  PRIMARY KEY (series, year)
) STRICT;
CREATE TABLE opening_stock (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- card and room, for people
  consumable_id BLOB NOT NULL REFERENCES consumable (id), -- what
  store_room_id BLOB NOT NULL REFERENCES store_room (id), -- where it lay
  quantity INTEGER NOT NULL, -- how much; 0 once its movement was reversed
  price_kurus INTEGER, -- what one cost, where that is known
  moved_on TEXT NOT NULL, -- day of its voucher
  voucher_id BLOB REFERENCES stock_voucher (id), -- voucher it stands on
  movement_id BLOB REFERENCES stock_movement (id), -- line of the voucher
  request_id BLOB, -- import or form that wrote it; what came with one stands on one voucher
  state TEXT NOT NULL, -- valid, reversed
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX opening_stock__consumable_id_created_at_id ON opening_stock (consumable_id, created_at, id);
CREATE INDEX opening_stock__consumable_id_moved_on_id ON opening_stock (consumable_id, moved_on, id);
CREATE UNIQUE INDEX opening_stock__consumable_id_store_room_id ON opening_stock (consumable_id, store_room_id);
CREATE INDEX opening_stock__created_at_id ON opening_stock (created_at, id);
CREATE INDEX opening_stock__moved_on_id ON opening_stock (moved_on, id);
CREATE INDEX opening_stock__movement_id ON opening_stock (movement_id);
CREATE INDEX opening_stock__request_id ON opening_stock (request_id);
CREATE INDEX opening_stock__state_created_at_id ON opening_stock (state, created_at, id);
CREATE INDEX opening_stock__state_moved_on_id ON opening_stock (state, moved_on, id);
CREATE INDEX opening_stock__store_room_id_created_at_id ON opening_stock (store_room_id, created_at, id);
CREATE INDEX opening_stock__store_room_id_moved_on_id ON opening_stock (store_room_id, moved_on, id);
CREATE INDEX opening_stock__voucher_id_created_at_id ON opening_stock (voucher_id, created_at, id);
CREATE INDEX opening_stock__voucher_id_moved_on_id ON opening_stock (voucher_id, moved_on, id);
CREATE TABLE page_reading (
  device_id BLOB NOT NULL REFERENCES network_device (id), -- whose
  day TEXT NOT NULL, -- day in Türkiye
  pages INTEGER NOT NULL, -- pages of its life
  colour_pages INTEGER NOT NULL, -- of these in colour; 0 when it does not tell
  PRIMARY KEY (device_id, day)
) STRICT;
CREATE TABLE part_move (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- part and its mark, for people
  part TEXT NOT NULL, -- memory, disk and so on
  model TEXT NOT NULL, -- make, size, as it says on it
  serial TEXT NOT NULL, -- serial number of the part; may be empty
  from_asset_id BLOB NOT NULL, -- machine it was taken from, of whichever capability keeps assets
  to_asset_id BLOB NOT NULL, -- machine it was fitted into
  ticket_id BLOB REFERENCES ticket (id), -- for which ticket
  moved_on TEXT NOT NULL, -- day of the work
  note TEXT NOT NULL, -- anything else; may be empty
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX part_move__created_at_id ON part_move (created_at, id);
CREATE INDEX part_move__from_asset_id_created_at_id ON part_move (from_asset_id, created_at, id);
CREATE INDEX part_move__from_asset_id_moved_on_id ON part_move (from_asset_id, moved_on, id);
CREATE INDEX part_move__moved_on_id ON part_move (moved_on, id);
CREATE INDEX part_move__part_created_at_id ON part_move (part, created_at, id);
CREATE INDEX part_move__part_moved_on_id ON part_move (part, moved_on, id);
CREATE INDEX part_move__serial_created_at_some ON part_move (serial, created_at) WHERE serial <> '';
CREATE INDEX part_move__ticket_id_created_at_id ON part_move (ticket_id, created_at, id);
CREATE INDEX part_move__ticket_id_moved_on_id ON part_move (ticket_id, moved_on, id);
CREATE INDEX part_move__to_asset_id_created_at_id ON part_move (to_asset_id, created_at, id);
CREATE INDEX part_move__to_asset_id_moved_on_id ON part_move (to_asset_id, moved_on, id);
CREATE TABLE pdf_signature (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  document_id BLOB NOT NULL REFERENCES document (id), -- entry of the register on which the file hangs
  source_id BLOB NOT NULL, -- what was signed: a file of the document
  name TEXT NOT NULL, -- its name
  sha256 TEXT NOT NULL, -- digest of its bytes, hexadecimal
  role TEXT NOT NULL, -- signature, seal
  by_name TEXT NOT NULL, -- who signed, or asked for the seal
  cms TEXT NOT NULL, -- the signature as it came, base64; empty while the seal is waited for
  stamped TEXT NOT NULL, -- the same with its time stamp, base64; empty before
  holder TEXT NOT NULL, -- name in the certificate; empty while the seal is waited for
  serial TEXT NOT NULL, -- number of the certificate, hexadecimal
  is_trial INTEGER NOT NULL, -- made with a certificate that is not qualified, or a seal in a file
  claimed_at INTEGER NOT NULL, -- the time of signing that stands in the file
  made_at INTEGER NOT NULL, -- when it came or was asked for
  waits_for TEXT NOT NULL, -- why it is not finished yet; empty when nothing is waited for
  file_id BLOB, -- the signed file beside the other; null before
  level TEXT NOT NULL, -- B-B, B-T, B-LT; empty before
  notes TEXT NOT NULL -- what did not come of what belongs to the next level; may be empty
) STRICT;
CREATE INDEX pdf_signature__document_id ON pdf_signature (document_id);
CREATE INDEX pdf_signature__made_at_id_some ON pdf_signature (made_at, id) WHERE cms = '';
CREATE UNIQUE INDEX pdf_signature__source_id ON pdf_signature (source_id);
CREATE TABLE record (
  kind TEXT NOT NULL, -- record kind
  id BLOB NOT NULL, -- record
  number TEXT NOT NULL, -- human number or empty
  title TEXT NOT NULL, -- what people call it
  unit_id BLOB, -- unit, for the access rule
  owner_id BLOB, -- owner, for the access rule
  is_removed INTEGER NOT NULL, -- no longer offered in search
  PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX record__number ON record (number);
CREATE TABLE record_link (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  kind TEXT NOT NULL, -- record kind of the first
  subject_id BLOB NOT NULL, -- the first record
  relation TEXT NOT NULL, -- what the second is to the first: related, cause, effect, basis, based
  other_kind TEXT NOT NULL, -- record kind of the second
  other_id BLOB NOT NULL, -- the second record
  added_by TEXT NOT NULL, -- name as it was then
  added_at INTEGER NOT NULL -- when
) STRICT;
CREATE UNIQUE INDEX record_link__kind_subject_id_other_kind_other_id ON record_link (kind, subject_id, other_kind, other_id);
CREATE INDEX record_link__other_kind_other_id ON record_link (other_kind, other_id);
CREATE TABLE record_word (
  kind TEXT NOT NULL, -- record kind
  word TEXT NOT NULL, -- folded word
  record_id BLOB NOT NULL, -- record
  PRIMARY KEY (kind, word, record_id)
) STRICT;
CREATE INDEX record_word__record_id_kind_word ON record_word (record_id, kind, word);
CREATE INDEX record_word__word_kind_record_id ON record_word (word, kind, record_id);
CREATE TABLE recovery_code (
  account_id BLOB NOT NULL REFERENCES account (id), -- whose
  code_index TEXT NOT NULL, -- keyed digest of the code
  used_at INTEGER, -- when it was used
  PRIMARY KEY (account_id, code_index)
) STRICT;
CREATE TABLE referral (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the document
  title TEXT NOT NULL, -- subject of the document
  correspondent TEXT NOT NULL, -- who wrote it
  secrecy TEXT NOT NULL, -- of the document
  document_id BLOB NOT NULL REFERENCES document (id), -- what was referred
  parent_id BLOB REFERENCES referral (id), -- referral it came of
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit it went to
  staff_id BLOB REFERENCES staff (id), -- person it went to; null where the unit has no head
  purpose TEXT NOT NULL, -- action, information
  days INTEGER, -- working days that were given
  due_on TEXT NOT NULL, -- last day
  note TEXT NOT NULL, -- what is wanted; may be empty
  from_id BLOB REFERENCES staff (id), -- who referred it
  outcome TEXT NOT NULL, -- what was done, or why it was sent back; empty while it is open
  state TEXT NOT NULL, -- open, done, returned, withdrawn
  is_late_told INTEGER NOT NULL, -- that it is late was said
  created_at INTEGER NOT NULL, -- when it was referred
  ended_at INTEGER -- when it was done, sent back or withdrawn
, other_people TEXT NOT NULL DEFAULT '', other_units TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX referral__created_at_id ON referral (created_at, id);
CREATE INDEX referral__document_id_created_at_id ON referral (document_id, created_at, id);
CREATE INDEX referral__document_id_due_on_id ON referral (document_id, due_on, id);
CREATE INDEX referral__due_on_id ON referral (due_on, id);
CREATE INDEX referral__due_on_some ON referral (due_on) WHERE state = 'open';
CREATE INDEX referral__from_id_created_at_id ON referral (from_id, created_at, id);
CREATE INDEX referral__from_id_due_on_id ON referral (from_id, due_on, id);
CREATE INDEX referral__parent_id_created_at_id ON referral (parent_id, created_at, id);
CREATE INDEX referral__parent_id_due_on_id ON referral (parent_id, due_on, id);
CREATE INDEX referral__purpose_created_at_id ON referral (purpose, created_at, id);
CREATE INDEX referral__purpose_due_on_id ON referral (purpose, due_on, id);
CREATE INDEX referral__staff_id_created_at_id ON referral (staff_id, created_at, id);
CREATE INDEX referral__staff_id_due_on_id ON referral (staff_id, due_on, id);
CREATE INDEX referral__state_created_at_id ON referral (state, created_at, id);
CREATE INDEX referral__state_due_on_id ON referral (state, due_on, id);
CREATE INDEX referral__unit_id_created_at_id ON referral (unit_id, created_at, id);
CREATE INDEX referral__unit_id_due_on_id ON referral (unit_id, due_on, id);
CREATE TABLE regulation (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- name of the regulation
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  kind TEXT NOT NULL, -- yonetmelik: the only kind a council adopts for a directorate
  state TEXT NOT NULL, -- draft, in_force, repealed
  in_force_on TEXT, -- first day in force
  repealed_on TEXT, -- first day no longer in force
  decision TEXT NOT NULL, -- council decision as people cite it; may be empty
  source TEXT NOT NULL, -- file, paste, profile
  source_name TEXT NOT NULL, -- file name, or the profile's municipality; may be empty
  profile TEXT, -- id of the built-in profile it was made from
  text TEXT NOT NULL, -- the text as found; empty for a profile
  text_digest TEXT NOT NULL, -- SHA-256 of the text, hex
  reader_version INTEGER NOT NULL, -- reader that the corrections were made with
  supersedes_id BLOB REFERENCES regulation (id), -- the version it replaced
  created_at INTEGER NOT NULL, -- when it was taken in
  created_by TEXT NOT NULL -- name of who took it in
) STRICT;
CREATE INDEX regulation__created_at_id ON regulation (created_at, id);
CREATE INDEX regulation__source_created_at_id ON regulation (source, created_at, id);
CREATE INDEX regulation__source_title_key_id ON regulation (source, title_key, id);
CREATE INDEX regulation__state_created_at_id ON regulation (state, created_at, id);
CREATE INDEX regulation__state_title_key_id ON regulation (state, title_key, id);
CREATE INDEX regulation__supersedes_id ON regulation (supersedes_id);
CREATE INDEX regulation__title_key_id ON regulation (title_key, id);
CREATE TABLE regulation_correction (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  regulation_id BLOB NOT NULL REFERENCES regulation (id), -- whose reading
  seq INTEGER NOT NULL, -- from 1 without gaps
  correction TEXT NOT NULL, -- JSON of reading::correct::Correction
  by_id BLOB, -- account that corrected
  by_name TEXT NOT NULL, -- name as it was then
  at INTEGER NOT NULL -- when
) STRICT;
CREATE UNIQUE INDEX regulation_correction__regulation_id_seq ON regulation_correction (regulation_id, seq);
CREATE TABLE regulation_node (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  regulation_id BLOB NOT NULL REFERENCES regulation (id), -- whose clause
  place INTEGER NOT NULL, -- order in the text, from 1
  parent_id BLOB REFERENCES regulation_node (id), -- node it stands under
  kind TEXT NOT NULL, -- title, part, article, paragraph, clause, sub_clause
  address TEXT NOT NULL, -- 13/ç
  address_tr TEXT NOT NULL, -- as a clerk says it: Madde 13, bent ç
  heading TEXT NOT NULL, -- may be empty
  display TEXT NOT NULL, -- the provision cleaned for reading; empty for a profile
  digest TEXT NOT NULL -- SHA-256 of heading and display, hex: equal words, equal digest
) STRICT;
CREATE INDEX regulation_node__parent_id ON regulation_node (parent_id);
CREATE UNIQUE INDEX regulation_node__regulation_id_address ON regulation_node (regulation_id, address);
CREATE INDEX regulation_node__regulation_id_place ON regulation_node (regulation_id, place);
CREATE TABLE role (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  code TEXT NOT NULL DEFAULT '', -- built-in code, or empty for roles made here
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  description TEXT NOT NULL DEFAULT '' -- who should have it
) STRICT;
CREATE UNIQUE INDEX role__code_some ON role (code) WHERE code <> '';
CREATE UNIQUE INDEX role__name ON role (name);
CREATE INDEX role__name_key_id ON role (name_key, id);
CREATE TABLE role_default (
  role_id BLOB NOT NULL REFERENCES role (id), -- which role
  permission TEXT NOT NULL, -- capability.noun.verb
  PRIMARY KEY (role_id, permission)
) STRICT;
CREATE TABLE role_permission (
  role_id BLOB NOT NULL REFERENCES role (id), -- which role
  permission TEXT NOT NULL, -- capability.noun.verb
  scope TEXT NOT NULL, -- all, unit_tree, unit, own
  PRIMARY KEY (role_id, permission)
) STRICT;
CREATE INDEX role_permission__permission ON role_permission (permission);
CREATE TABLE route_step (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  subject_kind TEXT NOT NULL, -- kind of what is signed
  subject_id BLOB NOT NULL, -- what is signed
  subject_path TEXT NOT NULL, -- where it is read
  title TEXT NOT NULL, -- what is signed, for people
  place INTEGER NOT NULL, -- order; the same place is at the same time
  role TEXT NOT NULL, -- initial, sign
  staff_id BLOB NOT NULL REFERENCES staff (id), -- whose turn
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of that person then
  means TEXT NOT NULL DEFAULT 'button', -- button, card; the turn to sign with a card is to_sign_by_card
  state TEXT NOT NULL, -- waiting, to_initial, to_sign, to_sign_by_card, done, returned, ended
  done_by_id BLOB REFERENCES staff (id), -- who did it, if not the person: who acted for them
  note TEXT NOT NULL, -- why it was returned; may be empty
  created_at INTEGER NOT NULL, -- when the route began
  done_at INTEGER -- when it was done or returned
) STRICT;
CREATE INDEX route_step__created_at_id ON route_step (created_at, id);
CREATE INDEX route_step__role_created_at_id ON route_step (role, created_at, id);
CREATE INDEX route_step__staff_id_created_at_id ON route_step (staff_id, created_at, id);
CREATE INDEX route_step__state_created_at_id ON route_step (state, created_at, id);
CREATE INDEX route_step__subject_id_place ON route_step (subject_id, place);
CREATE INDEX route_step__unit_id_created_at_id ON route_step (unit_id, created_at, id);
CREATE TABLE saved_view (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  kind TEXT NOT NULL, -- record kind of the list
  account_id BLOB NOT NULL, -- whose
  name TEXT NOT NULL, -- tab label
  query TEXT NOT NULL, -- URL query
  is_shared INTEGER NOT NULL -- shown to everybody
, unit_id BLOB) STRICT;
CREATE INDEX saved_view__kind_account_id ON saved_view (kind, account_id);
CREATE INDEX saved_view__kind_name_id_some ON saved_view (kind, name, id) WHERE is_shared = TRUE;
CREATE TABLE schedule (
  name TEXT NOT NULL, -- job name
  next_at INTEGER NOT NULL, -- next run
  PRIMARY KEY (name)
) STRICT;
CREATE TABLE seal (
  no INTEGER NOT NULL, -- number from 0 without a gap
  first_leaf INTEGER NOT NULL, -- number of its first event in the whole log
  leaf_count INTEGER NOT NULL, -- events under it
  root BLOB NOT NULL, -- Merkle root over the events' digests
  previous BLOB NOT NULL, -- hash of the seal before; zeros for the first
  sealed_at INTEGER NOT NULL, -- when
  hash BLOB NOT NULL, -- hash of the seal
  leaves BLOB NOT NULL, -- the digests, 32 bytes each, so that a finding can name the event
  PRIMARY KEY (no)
) STRICT;
CREATE TABLE secrecy_change (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- number of the letter, former and new degree
  document_id BLOB NOT NULL REFERENCES document (id), -- its entry in the register
  letter_id BLOB REFERENCES letter (id), -- letter of ours; null for what came
  intake_item_id BLOB REFERENCES intake_item (id), -- update package that came; null for ours
  unit_id BLOB REFERENCES unit (id), -- unit of the entry
  owner_id BLOB REFERENCES staff (id), -- whose the entry is
  before_secrecy TEXT NOT NULL, -- YOK, HZO, GZL, CGZ: until then
  secrecy TEXT NOT NULL, -- the same since then
  changed_on TEXT NOT NULL, -- day of the change
  decision_number TEXT NOT NULL, -- number of the decision
  decision_id TEXT NOT NULL, -- BelgeId of the decision, a GUID
  why TEXT NOT NULL, -- what the addressees are told
  state TEXT NOT NULL, -- packing, packed, applied
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX secrecy_change__created_at_id ON secrecy_change (created_at, id);
CREATE INDEX secrecy_change__document_id_created_at_id ON secrecy_change (document_id, created_at, id);
CREATE INDEX secrecy_change__letter_id_some ON secrecy_change (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX secrecy_change__owner_id_created_at_id ON secrecy_change (owner_id, created_at, id);
CREATE INDEX secrecy_change__state_created_at_id ON secrecy_change (state, created_at, id);
CREATE INDEX secrecy_change__unit_id_created_at_id ON secrecy_change (unit_id, created_at, id);
CREATE TABLE service (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what it is called
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  summary TEXT NOT NULL, -- what one gets, in a few sentences
  category TEXT NOT NULL, -- what it is about
  questions TEXT NOT NULL, -- one a line, each with its type in brackets
  approval TEXT NOT NULL, -- none, unit, desk, unit_then_desk
  state TEXT NOT NULL, -- draft, offered, withdrawn
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX service__category_created_at_id ON service (category, created_at, id);
CREATE INDEX service__category_name_key_id ON service (category, name_key, id);
CREATE INDEX service__created_at_id ON service (created_at, id);
CREATE INDEX service__name_key_id ON service (name_key, id);
CREATE INDEX service__state_created_at_id ON service (state, created_at, id);
CREATE INDEX service__state_name_key_id ON service (state, name_key, id);
CREATE TABLE session (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  token_hash TEXT NOT NULL, -- SHA-256 of the cookie's token
  account_id BLOB NOT NULL REFERENCES account (id), -- whose
  is_complete INTEGER NOT NULL, -- false while the second factor is awaited
  created_at INTEGER NOT NULL, -- when the password was accepted
  last_used_at INTEGER NOT NULL, -- to the minute
  expires_at INTEGER NOT NULL, -- ends then at the latest
  address TEXT NOT NULL, -- network address of the sign-in
  device TEXT NOT NULL, -- browser as it names itself
  revoked_at INTEGER -- ended by the person or an administrator
) STRICT;
CREATE INDEX session__account_id_created_at ON session (account_id, created_at);
CREATE INDEX session__expires_at ON session (expires_at);
CREATE UNIQUE INDEX session__token_hash ON session (token_hash);
CREATE TABLE setting (
  key TEXT NOT NULL, -- declared key
  value TEXT NOT NULL, -- JSON value
  version INTEGER NOT NULL, sha256 TEXT, -- for concurrent edits
  PRIMARY KEY (key)
) STRICT;
CREATE TABLE setup_token (
  token_hash TEXT NOT NULL, -- SHA-256 of the token
  expires_at INTEGER NOT NULL, -- ends then
  used_at INTEGER, -- when it was used
  PRIMARY KEY (token_hash)
) STRICT;
CREATE TABLE sign_in_try (
  key TEXT NOT NULL, -- a:<account>, u:<keyed digest of an unknown name>, t:<account> for codes, n:<keyed digest of an address>
  count INTEGER NOT NULL, -- wrong tries since the last success
  opens_at INTEGER NOT NULL, -- no try is looked at before
  changed_at INTEGER NOT NULL, -- last try
  PRIMARY KEY (key)
) STRICT;
CREATE INDEX sign_in_try__changed_at ON sign_in_try (changed_at);
CREATE TABLE sign_job (
  token_digest TEXT NOT NULL, -- SHA-256 of the link's token, hexadecimal
  account_id BLOB NOT NULL, -- who asked for the link
  staff_id BLOB NOT NULL, -- the same as a person
  name TEXT NOT NULL, -- the same as people know them
  created_at INTEGER NOT NULL, -- when it was asked for
  expires_at INTEGER NOT NULL, -- no longer good from then on
  PRIMARY KEY (token_digest)
) STRICT;
CREATE TABLE sign_job_file (
  token_digest TEXT NOT NULL, -- which link
  file_id BLOB NOT NULL, -- what is signed: a file of the document
  document_id BLOB NOT NULL REFERENCES document (id), -- entry of the register on which it hangs
  signed_at INTEGER, -- when its signature came back
  PRIMARY KEY (token_digest, file_id)
) STRICT;
CREATE INDEX sign_job_file__document_id ON sign_job_file (document_id);
CREATE TABLE sign_job_letter (
  token_digest TEXT NOT NULL, -- which link
  place INTEGER NOT NULL, -- order, from 1
  letter_id BLOB NOT NULL REFERENCES letter (id), -- what is signed
  code TEXT NOT NULL, -- of the letter as it went round then
  step_id BLOB NOT NULL, -- whose turn, of the route
  content TEXT NOT NULL, -- PaketOzeti.xml, the bytes that are signed, base64
  signed_at INTEGER, cover TEXT NOT NULL DEFAULT '', -- when its signature came back
  PRIMARY KEY (token_digest, letter_id)
) STRICT;
CREATE INDEX sign_job_letter__letter_id ON sign_job_letter (letter_id);
CREATE TABLE signature (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  subject_kind TEXT NOT NULL, -- record kind
  subject_id BLOB NOT NULL, -- record
  verb TEXT NOT NULL, -- row of the state table that was signed for
  signer_id BLOB NOT NULL, -- record of the person who drew
  signer_name TEXT NOT NULL, -- name as it was then
  strokes TEXT NOT NULL, -- points x,y on a sheet of 600 by 200, by spaces; strokes by semicolons
  digest TEXT NOT NULL, -- SHA-256 over the frozen text, a line break and the strokes
  signed_at INTEGER NOT NULL, -- when
  taken_by TEXT NOT NULL -- who was signed in, as it was then
) STRICT;
CREATE INDEX signature__subject_kind_subject_id_id ON signature (subject_kind, subject_id, id);
CREATE TABLE signature_stamp (
  signature_id BLOB NOT NULL REFERENCES letter_signature (id), -- which signature
  cms TEXT NOT NULL, -- the signature file with its stamps, base64
  stamped_at INTEGER NOT NULL, -- when the last stamp came
  PRIMARY KEY (signature_id)
) STRICT;
CREATE TABLE software (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- as the first machine told it, without its version
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  known_as TEXT NOT NULL, -- what makes two names the same: small letters without version and architecture
  publisher TEXT NOT NULL, -- who made it, as told; may be empty
  state TEXT NOT NULL, -- verdict: unjudged, allowed, licenced, forbidden
  installed INTEGER NOT NULL, -- machines in use that have it, when they were last counted
  seats INTEGER NOT NULL, -- machines that valid licences allow, when they were last counted
  finding TEXT NOT NULL, -- none, short, forbidden; follows from the three above
  note TEXT NOT NULL, -- why, or anything else; may be empty
  created_at INTEGER NOT NULL -- when it was first seen
, source TEXT NOT NULL DEFAULT '', rule_id BLOB REFERENCES software_rule (id)) STRICT;
CREATE INDEX software__created_at_id ON software (created_at, id);
CREATE INDEX software__finding_created_at_id ON software (finding, created_at, id);
CREATE INDEX software__finding_installed_id ON software (finding, installed, id);
CREATE INDEX software__finding_name_key_id ON software (finding, name_key, id);
CREATE INDEX software__installed_id ON software (installed, id);
CREATE UNIQUE INDEX software__known_as ON software (known_as);
CREATE INDEX software__name_key_id ON software (name_key, id);
CREATE INDEX software__rule_id_some ON software (rule_id) WHERE rule_id IS NOT NULL;
CREATE INDEX software__state_created_at_id ON software (state, created_at, id);
CREATE INDEX software__state_installed_id ON software (state, installed, id);
CREATE INDEX software__state_name_key_id ON software (state, name_key, id);
CREATE TABLE software_rule (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what people call it
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  name_match TEXT NOT NULL, -- contains, starts: how the part of the name is looked for
  name_part TEXT NOT NULL, -- part of a program's name; may be empty
  publisher_part TEXT NOT NULL, -- part of a publisher's name; may be empty
  source TEXT NOT NULL, -- where agents say that a program comes from: deb, rpm; may be empty
  verdict TEXT NOT NULL, -- allowed, forbidden
  note TEXT NOT NULL, -- why; may be empty
  state TEXT NOT NULL, -- in_force, stopped
  created_at INTEGER NOT NULL -- when it was made
) STRICT;
CREATE INDEX software_rule__created_at_id ON software_rule (created_at, id);
CREATE INDEX software_rule__state_created_at_id ON software_rule (state, created_at, id);
CREATE INDEX software_rule__state_title_key_id ON software_rule (state, title_key, id);
CREATE INDEX software_rule__title_key_id ON software_rule (title_key, id);
CREATE INDEX software_rule__verdict_created_at_id ON software_rule (verdict, created_at, id);
CREATE INDEX software_rule__verdict_title_key_id ON software_rule (verdict, title_key, id);
CREATE TABLE staff (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  registry_no TEXT NOT NULL, -- number in the personnel registry
  name TEXT NOT NULL, -- name and surname
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  unit_id BLOB NOT NULL REFERENCES unit (id), -- where the person works now, or worked last
  title_id BLOB NOT NULL REFERENCES title (id), -- title held now, or last
  email TEXT NOT NULL DEFAULT '', -- work e-mail or empty
  phone TEXT NOT NULL DEFAULT '', -- work telephone or empty
  state TEXT NOT NULL DEFAULT 'active', -- active, left
  started_on TEXT NOT NULL, -- first day of work
  left_on TEXT -- first day the person no longer works
, effective_on TEXT, leaving TEXT NOT NULL DEFAULT 'none') STRICT;
CREATE INDEX staff__leaving_name_key_id ON staff (leaving, name_key, id);
CREATE INDEX staff__leaving_registry_no_id ON staff (leaving, registry_no, id);
CREATE INDEX staff__leaving_started_on_id ON staff (leaving, started_on, id);
CREATE INDEX staff__name_key_id ON staff (name_key, id);
CREATE UNIQUE INDEX staff__registry_no ON staff (registry_no);
CREATE INDEX staff__registry_no_id ON staff (registry_no, id);
CREATE INDEX staff__started_on_id ON staff (started_on, id);
CREATE INDEX staff__state_name_key_id ON staff (state, name_key, id);
CREATE INDEX staff__state_registry_no_id ON staff (state, registry_no, id);
CREATE INDEX staff__state_started_on_id ON staff (state, started_on, id);
CREATE INDEX staff__title_id_name_key_id ON staff (title_id, name_key, id);
CREATE INDEX staff__title_id_registry_no_id ON staff (title_id, registry_no, id);
CREATE INDEX staff__title_id_started_on_id ON staff (title_id, started_on, id);
CREATE INDEX staff__title_id_unit_id_state ON staff (title_id, unit_id, state);
CREATE INDEX staff__unit_id_name_key_id ON staff (unit_id, name_key, id);
CREATE INDEX staff__unit_id_registry_no_id ON staff (unit_id, registry_no, id);
CREATE INDEX staff__unit_id_started_on_id ON staff (unit_id, started_on, id);
CREATE TABLE staff_position (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  staff_id BLOB NOT NULL REFERENCES staff (id), -- who
  unit_id BLOB NOT NULL REFERENCES unit (id), -- where
  title_id BLOB NOT NULL REFERENCES title (id), -- as what
  from_on TEXT NOT NULL, -- first day
  to_on TEXT -- first day it no longer holds; null while it does
) STRICT;
CREATE UNIQUE INDEX staff_position__staff_id_from_on ON staff_position (staff_id, from_on);
CREATE INDEX staff_position__title_id_from_on ON staff_position (title_id, from_on);
CREATE INDEX staff_position__unit_id_title_id_from_on ON staff_position (unit_id, title_id, from_on);
CREATE TABLE staffing_norm (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- unit and title, for people
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  unit_id BLOB NOT NULL REFERENCES unit (id), -- in which unit
  title_id BLOB NOT NULL REFERENCES title (id), -- which title
  count INTEGER NOT NULL, -- posts the table grants
  decision TEXT NOT NULL DEFAULT '' -- council decision the table rests on; may be empty
) STRICT;
CREATE INDEX staffing_norm__count_id ON staffing_norm (count, id);
CREATE INDEX staffing_norm__name_key_id ON staffing_norm (name_key, id);
CREATE INDEX staffing_norm__title_id_count_id ON staffing_norm (title_id, count, id);
CREATE INDEX staffing_norm__title_id_name_key_id ON staffing_norm (title_id, name_key, id);
CREATE INDEX staffing_norm__unit_id_count_id ON staffing_norm (unit_id, count, id);
CREATE INDEX staffing_norm__unit_id_name_key_id ON staffing_norm (unit_id, name_key, id);
CREATE UNIQUE INDEX staffing_norm__unit_id_title_id ON staffing_norm (unit_id, title_id);
CREATE TABLE stamp_credit (
  name TEXT NOT NULL, -- kamusm
  stamps_left INTEGER NOT NULL, -- when last answered
  is_low INTEGER NOT NULL, -- fewer than the setting says; told once
  error TEXT NOT NULL, -- why it could not be asked; empty while it can
  asked_at INTEGER NOT NULL, -- when it was last tried
  PRIMARY KEY (name)
) STRICT;
CREATE TABLE stock_line (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  movement_id BLOB NOT NULL REFERENCES stock_movement (id), -- whose
  consumable_id BLOB NOT NULL REFERENCES consumable (id), -- what
  store_room_id BLOB NOT NULL REFERENCES store_room (id), -- where
  change INTEGER NOT NULL, -- how much more, or less, lies there
  at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX stock_line__consumable_id_store_room_id ON stock_line (consumable_id, store_room_id);
CREATE INDEX stock_line__movement_id ON stock_line (movement_id);
CREATE TABLE stock_movement (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the voucher, gapless in its year
  title TEXT NOT NULL, -- what moved, for people
  kind TEXT NOT NULL, -- receipt, issue, return, transfer, count
  ground TEXT NOT NULL, -- purchase, donation, taken_over, consumption, handed_over, worn_out, returned, moved, counted
  consumable_id BLOB NOT NULL REFERENCES consumable (id), -- what
  store_room_id BLOB NOT NULL REFERENCES store_room (id), -- from or into which room
  to_room_id BLOB REFERENCES store_room (id), -- into which room it was carried
  quantity INTEGER NOT NULL, -- how much; of a count how much was found
  staff_id BLOB REFERENCES staff (id), -- who received it or brought it back
  unit_id BLOB REFERENCES unit (id), -- unit of that person at that time
  asset_id BLOB, -- printer or machine it was for, of whichever capability keeps assets
  price_kurus INTEGER, -- what one cost, of a receipt
  document TEXT NOT NULL, -- invoice, order or contract; may be empty
  moved_on TEXT NOT NULL, -- day of the movement
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- waiting, valid, confirmed, reversed
  created_at INTEGER NOT NULL -- when it was written down
, ticket_id BLOB, counter INTEGER, statement TEXT NOT NULL DEFAULT '', voucher_id BLOB REFERENCES stock_voucher (id)) STRICT;
CREATE INDEX stock_movement__asset_id_created_at_id ON stock_movement (asset_id, created_at, id);
CREATE INDEX stock_movement__asset_id_moved_on_id ON stock_movement (asset_id, moved_on, id);
CREATE INDEX stock_movement__consumable_id_created_at_id ON stock_movement (consumable_id, created_at, id);
CREATE INDEX stock_movement__consumable_id_moved_on_id ON stock_movement (consumable_id, moved_on, id);
CREATE INDEX stock_movement__created_at_id ON stock_movement (created_at, id);
CREATE INDEX stock_movement__kind_created_at_id ON stock_movement (kind, created_at, id);
CREATE INDEX stock_movement__kind_moved_on_id ON stock_movement (kind, moved_on, id);
CREATE INDEX stock_movement__moved_on_id ON stock_movement (moved_on, id);
CREATE UNIQUE INDEX stock_movement__number ON stock_movement (number);
CREATE INDEX stock_movement__staff_id_created_at_id ON stock_movement (staff_id, created_at, id);
CREATE INDEX stock_movement__staff_id_moved_on_id ON stock_movement (staff_id, moved_on, id);
CREATE INDEX stock_movement__state_created_at_id ON stock_movement (state, created_at, id);
CREATE INDEX stock_movement__state_moved_on_id ON stock_movement (state, moved_on, id);
CREATE INDEX stock_movement__store_room_id_created_at_id ON stock_movement (store_room_id, created_at, id);
CREATE INDEX stock_movement__store_room_id_moved_on_id ON stock_movement (store_room_id, moved_on, id);
CREATE INDEX stock_movement__ticket_id_created_at_id ON stock_movement (ticket_id, created_at, id);
CREATE INDEX stock_movement__ticket_id_moved_on_id ON stock_movement (ticket_id, moved_on, id);
CREATE INDEX stock_movement__unit_id_created_at_id ON stock_movement (unit_id, created_at, id);
CREATE INDEX stock_movement__unit_id_moved_on_id ON stock_movement (unit_id, moved_on, id);
CREATE INDEX stock_movement__voucher_id_created_at_id ON stock_movement (voucher_id, created_at, id);
CREATE INDEX stock_movement__voucher_id_moved_on_id ON stock_movement (voucher_id, moved_on, id);
CREATE TABLE stock_voucher (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the voucher, in the same series as those of single movements
  title TEXT NOT NULL, -- what moved, for people
  kind TEXT NOT NULL, -- receipt, issue, return, transfer
  ground TEXT NOT NULL, -- as a movement's; may be empty for the usual one
  store_room_id BLOB NOT NULL REFERENCES store_room (id), -- from or into which room
  to_room_id BLOB REFERENCES store_room (id), -- into which room it was carried
  staff_id BLOB REFERENCES staff (id), -- who received it or brought it back
  unit_id BLOB REFERENCES unit (id), -- unit of that person at that time
  lines TEXT NOT NULL, -- name, quantity and price of each card, one a line, as they were typed
  document TEXT NOT NULL, -- invoice, order or contract; may be empty
  moved_on TEXT NOT NULL, -- day of the movement
  statement TEXT NOT NULL, -- what the receiver puts their name to, frozen; empty for what nobody receives
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- waiting, valid, confirmed, reversed
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX stock_voucher__created_at_id ON stock_voucher (created_at, id);
CREATE INDEX stock_voucher__kind_created_at_id ON stock_voucher (kind, created_at, id);
CREATE INDEX stock_voucher__kind_moved_on_id ON stock_voucher (kind, moved_on, id);
CREATE INDEX stock_voucher__moved_on_id ON stock_voucher (moved_on, id);
CREATE UNIQUE INDEX stock_voucher__number ON stock_voucher (number);
CREATE INDEX stock_voucher__staff_id_created_at_id ON stock_voucher (staff_id, created_at, id);
CREATE INDEX stock_voucher__staff_id_moved_on_id ON stock_voucher (staff_id, moved_on, id);
CREATE INDEX stock_voucher__state_created_at_id ON stock_voucher (state, created_at, id);
CREATE INDEX stock_voucher__state_moved_on_id ON stock_voucher (state, moved_on, id);
CREATE INDEX stock_voucher__store_room_id_created_at_id ON stock_voucher (store_room_id, created_at, id);
CREATE INDEX stock_voucher__store_room_id_moved_on_id ON stock_voucher (store_room_id, moved_on, id);
CREATE INDEX stock_voucher__unit_id_created_at_id ON stock_voucher (unit_id, created_at, id);
CREATE INDEX stock_voucher__unit_id_moved_on_id ON stock_voucher (unit_id, moved_on, id);
CREATE TABLE stocktake (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the count, gapless in its year
  title TEXT NOT NULL, -- unit and day, for people
  unit_id BLOB NOT NULL REFERENCES unit (id), -- whose assets, with the units below it
  responsible_id BLOB NOT NULL REFERENCES staff (id), -- who answers for the count and signs it
  expected INTEGER NOT NULL, -- assets that should be there, when it was begun
  found INTEGER, -- of them those that were there, when it was closed
  missing INTEGER, -- of them those that were not
  statement TEXT NOT NULL, -- the record of the count, frozen when it was closed; empty before
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- open, closed, signed
  opened_at INTEGER NOT NULL, -- when it was begun
  closed_at INTEGER -- when it was closed
) STRICT;
CREATE UNIQUE INDEX stocktake__number ON stocktake (number);
CREATE INDEX stocktake__opened_at_id ON stocktake (opened_at, id);
CREATE INDEX stocktake__state_opened_at_id ON stocktake (state, opened_at, id);
CREATE INDEX stocktake__unit_id_opened_at_id ON stocktake (unit_id, opened_at, id);
CREATE TABLE stocktake_line (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  stocktake_id BLOB NOT NULL REFERENCES stocktake (id), -- which count
  asset_id BLOB REFERENCES asset (id), -- which asset; null for a label that nobody knows
  title TEXT NOT NULL, -- asset's number and name, or the label's text
  code TEXT NOT NULL, -- what was read or typed
  result TEXT NOT NULL, -- found, moved, missing, misplaced, gone, unknown
  place TEXT NOT NULL, -- room it was read in; may be empty
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of the count
  seen_by TEXT NOT NULL, -- who read it; empty for what is missing
  seen_at INTEGER NOT NULL -- when it was read, by the telephone's clock; for what is missing when the count was closed
) STRICT;
CREATE INDEX stocktake_line__asset_id_seen_at_id ON stocktake_line (asset_id, seen_at, id);
CREATE INDEX stocktake_line__result_seen_at_id ON stocktake_line (result, seen_at, id);
CREATE INDEX stocktake_line__seen_at_id ON stocktake_line (seen_at, id);
CREATE UNIQUE INDEX stocktake_line__stocktake_id_asset_id_some ON stocktake_line (stocktake_id, asset_id) WHERE asset_id IS NOT NULL;
CREATE UNIQUE INDEX stocktake_line__stocktake_id_code_some ON stocktake_line (stocktake_id, code) WHERE asset_id IS NULL;
CREATE INDEX stocktake_line__stocktake_id_seen_at_id ON stocktake_line (stocktake_id, seen_at, id);
CREATE INDEX stocktake_line__unit_id_seen_at_id ON stocktake_line (unit_id, seen_at, id);
CREATE TABLE store_room (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- what people call it
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  place TEXT NOT NULL, -- building, floor, room; may be empty
  state TEXT NOT NULL, -- open, closed
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX store_room__created_at_id ON store_room (created_at, id);
CREATE INDEX store_room__name_key_id ON store_room (name_key, id);
CREATE INDEX store_room__state_created_at_id ON store_room (state, created_at, id);
CREATE INDEX store_room__state_name_key_id ON store_room (state, name_key, id);
CREATE TABLE submission (
  token TEXT NOT NULL, -- token in the form
  leads_to TEXT NOT NULL, -- where the first submit led
  at INTEGER NOT NULL, -- when
  PRIMARY KEY (token)
) STRICT;
CREATE INDEX submission__at ON submission (at);
CREATE TABLE team_time (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- team and priority; follows the other columns
  team_id BLOB NOT NULL REFERENCES unit (id), -- which team
  priority TEXT NOT NULL, -- any, or a priority of tickets
  minutes INTEGER NOT NULL, -- working minutes
  state TEXT NOT NULL, -- active, stopped
  created_at INTEGER NOT NULL -- when it was written
) STRICT;
CREATE INDEX team_time__created_at_id ON team_time (created_at, id);
CREATE INDEX team_time__state_created_at_id ON team_time (state, created_at, id);
CREATE INDEX team_time__team_id_created_at_id ON team_time (team_id, created_at, id);
CREATE UNIQUE INDEX team_time__team_id_priority_some ON team_time (team_id, priority) WHERE state = 'active';
CREATE TABLE ticket (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number, gapless in its year
  former_number TEXT NOT NULL, -- number in the program the town used before; may be empty
  title TEXT NOT NULL, -- subject; from the first sentence unless somebody wrote it
  description TEXT NOT NULL, -- what is wrong or wanted, as it was said
  place TEXT NOT NULL, -- building, floor, room
  kind TEXT NOT NULL, -- fault, request, maintenance, problem, change
  category TEXT NOT NULL, -- what it is about
  urgency TEXT NOT NULL, -- low, normal, high
  impact TEXT NOT NULL, -- person, unit, town
  priority TEXT NOT NULL, -- critical, high, normal, low; follows urgency and impact
  channel TEXT NOT NULL, -- portal, desk, phone, mail, api, plan, finding, former
  requester_id BLOB NOT NULL REFERENCES staff (id), -- for whom it is done
  unit_id BLOB NOT NULL REFERENCES unit (id), -- the requester's unit when it was reported
  team_id BLOB REFERENCES unit (id), -- unit that works on it
  assignee_id BLOB REFERENCES staff (id), -- person who works on it
  asset_id BLOB, -- asset it is about, of whichever capability keeps assets
  parent_id BLOB REFERENCES ticket (id), -- larger matter that it is part of
  service_id BLOB REFERENCES service (id), -- service of the catalogue that was asked for
  rule_id BLOB, -- assignment rule that decided who works on it
  plan_id BLOB REFERENCES maintenance_plan (id), -- maintenance plan that opened it
  planned_on TEXT, -- day on which the work is planned
  state TEXT NOT NULL, -- waiting_unit, waiting_desk, new, assigned, in_progress, waiting_requester, waiting_vendor, waiting_part, solved, closed, cancelled, rejected, merged
  is_open INTEGER NOT NULL, -- not solved, closed or cancelled
  opened_at INTEGER NOT NULL, -- when it was reported
  solved_at INTEGER, -- when it was solved last
  solution TEXT NOT NULL, -- what was done; empty until solved
  workaround TEXT NOT NULL, -- of a problem: what helps until it is solved; may be empty
  satisfaction TEXT NOT NULL, -- unasked, very_bad, bad, fair, good, very_good
  deadline TEXT NOT NULL, -- how its time stands: on_time, near, late, paused, met, missed, none; computed from ticket_state
  response TEXT NOT NULL, -- waiting, met, missed, none; computed from ticket_state
  due_at INTEGER NOT NULL, -- when its time runs out if nothing pauses it; computed from ticket_state
  near_at INTEGER NOT NULL, -- when three quarters of its time are over; computed likewise
  step_at INTEGER -- when the next step of escalation is due; computed likewise
, software_id BLOB, settled_at INTEGER) STRICT;
CREATE INDEX ticket__asset_id_due_at_id ON ticket (asset_id, due_at, id);
CREATE INDEX ticket__asset_id_opened_at_id ON ticket (asset_id, opened_at, id);
CREATE INDEX ticket__assignee_id_due_at_id ON ticket (assignee_id, due_at, id);
CREATE INDEX ticket__assignee_id_opened_at_id ON ticket (assignee_id, opened_at, id);
CREATE INDEX ticket__category_due_at_id ON ticket (category, due_at, id);
CREATE INDEX ticket__category_opened_at_id ON ticket (category, opened_at, id);
CREATE INDEX ticket__deadline_due_at_id ON ticket (deadline, due_at, id);
CREATE INDEX ticket__deadline_near_at ON ticket (deadline, near_at);
CREATE INDEX ticket__deadline_opened_at_id ON ticket (deadline, opened_at, id);
CREATE INDEX ticket__due_at_id ON ticket (due_at, id);
CREATE INDEX ticket__former_number_some ON ticket (former_number) WHERE former_number <> '';
CREATE INDEX ticket__is_open_due_at_id ON ticket (is_open, due_at, id);
CREATE INDEX ticket__is_open_opened_at_id ON ticket (is_open, opened_at, id);
CREATE UNIQUE INDEX ticket__number ON ticket (number);
CREATE INDEX ticket__opened_at_id ON ticket (opened_at, id);
CREATE INDEX ticket__parent_id_due_at_id ON ticket (parent_id, due_at, id);
CREATE INDEX ticket__parent_id_opened_at_id ON ticket (parent_id, opened_at, id);
CREATE INDEX ticket__plan_id_due_at_id ON ticket (plan_id, due_at, id);
CREATE INDEX ticket__plan_id_opened_at_id ON ticket (plan_id, opened_at, id);
CREATE INDEX ticket__planned_on_assignee_id ON ticket (planned_on, assignee_id);
CREATE INDEX ticket__priority_due_at_id ON ticket (priority, due_at, id);
CREATE INDEX ticket__priority_opened_at_id ON ticket (priority, opened_at, id);
CREATE INDEX ticket__requester_id_due_at_id ON ticket (requester_id, due_at, id);
CREATE INDEX ticket__requester_id_opened_at_id ON ticket (requester_id, opened_at, id);
CREATE INDEX ticket__service_id_due_at_id ON ticket (service_id, due_at, id);
CREATE INDEX ticket__service_id_opened_at_id ON ticket (service_id, opened_at, id);
CREATE INDEX ticket__software_id_due_at_id ON ticket (software_id, due_at, id);
CREATE INDEX ticket__software_id_opened_at_id ON ticket (software_id, opened_at, id);
CREATE INDEX ticket__state_due_at_id ON ticket (state, due_at, id);
CREATE INDEX ticket__state_opened_at_id ON ticket (state, opened_at, id);
CREATE INDEX ticket__step_at_some ON ticket (step_at) WHERE step_at IS NOT NULL;
CREATE INDEX ticket__team_id_due_at_id ON ticket (team_id, due_at, id);
CREATE INDEX ticket__team_id_opened_at_id ON ticket (team_id, opened_at, id);
CREATE INDEX ticket__unit_id_due_at_id ON ticket (unit_id, due_at, id);
CREATE INDEX ticket__unit_id_opened_at_id ON ticket (unit_id, opened_at, id);
CREATE TABLE ticket_state (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  ticket_id BLOB NOT NULL REFERENCES ticket (id), -- whose
  at INTEGER NOT NULL, -- since when
  state TEXT NOT NULL, -- as in ticket, or elsewhere: in the program the town used before
  priority TEXT NOT NULL, -- as in ticket
  team_id BLOB -- as in ticket
) STRICT;
CREATE INDEX ticket_state__ticket_id_id ON ticket_state (ticket_id, id);
CREATE TABLE title (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  name TEXT NOT NULL, -- name of the title
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  employment TEXT NOT NULL, -- officer, contract, worker, elected, company
  is_head INTEGER NOT NULL DEFAULT FALSE, -- its holder leads the unit
  state TEXT NOT NULL DEFAULT 'open' -- open, closed
) STRICT;
CREATE INDEX title__employment_name_key_id ON title (employment, name_key, id);
CREATE INDEX title__is_head_name_key_id ON title (is_head, name_key, id);
CREATE UNIQUE INDEX title__name_key ON title (name_key);
CREATE INDEX title__name_key_id ON title (name_key, id);
CREATE INDEX title__state_name_key_id ON title (state, name_key, id);
CREATE TABLE unit (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  code TEXT NOT NULL, -- short code people and imports know it by
  name TEXT NOT NULL, -- full name
  name_key TEXT NOT NULL, -- Turkish sort key of the name
  kind TEXT NOT NULL, -- mayoralty, deputy, directorate, chiefdom, service, bureau, other
  parent_id BLOB REFERENCES unit (id), -- unit it reports to; null at the top
  state TEXT NOT NULL DEFAULT 'open', -- open, closed
  effective_on TEXT NOT NULL, -- day of the last change of name, kind, parent or state
  sort_no INTEGER NOT NULL DEFAULT 0 -- place among its siblings
) STRICT;
CREATE UNIQUE INDEX unit__code ON unit (code);
CREATE INDEX unit__code_id ON unit (code, id);
CREATE INDEX unit__effective_on_id ON unit (effective_on, id);
CREATE INDEX unit__kind_code_id ON unit (kind, code, id);
CREATE INDEX unit__kind_effective_on_id ON unit (kind, effective_on, id);
CREATE INDEX unit__kind_name_key_id ON unit (kind, name_key, id);
CREATE INDEX unit__name_key_id ON unit (name_key, id);
CREATE INDEX unit__parent_id ON unit (parent_id);
CREATE INDEX unit__parent_id_code_id ON unit (parent_id, code, id);
CREATE INDEX unit__parent_id_effective_on_id ON unit (parent_id, effective_on, id);
CREATE INDEX unit__parent_id_name_key_id ON unit (parent_id, name_key, id);
CREATE INDEX unit__state_code_id ON unit (state, code, id);
CREATE INDEX unit__state_effective_on_id ON unit (state, effective_on, id);
CREATE INDEX unit__state_name_key_id ON unit (state, name_key, id);
CREATE TABLE unit_contact (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- name of the unit when it was saved
  title_key TEXT NOT NULL, -- for sorting in Turkish order
  unit_id BLOB NOT NULL REFERENCES unit (id), -- whose
  detsis TEXT NOT NULL, -- its own number in the state's register of institutions; may be empty
  address TEXT NOT NULL, -- may be empty
  phone TEXT NOT NULL, -- may be empty
  email TEXT NOT NULL, -- may be empty
  website TEXT NOT NULL, -- may be empty
  kep TEXT NOT NULL, -- registered electronic mail address; may be empty
  informant_id BLOB REFERENCES staff (id) -- who is asked about its letters
) STRICT;
CREATE INDEX unit_contact__title_key_id ON unit_contact (title_key, id);
CREATE UNIQUE INDEX unit_contact__unit_id ON unit_contact (unit_id);
CREATE INDEX unit_contact__unit_id_title_key_id ON unit_contact (unit_id, title_key, id);
CREATE TABLE unit_version (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  unit_id BLOB NOT NULL REFERENCES unit (id), -- which unit
  parent_id BLOB, -- unit it reported to
  name TEXT NOT NULL, -- name in this time
  kind TEXT NOT NULL, -- kind in this time
  valid_from_on TEXT NOT NULL, -- first day
  valid_to_on TEXT -- first day it no longer holds; null while it does
) STRICT;
CREATE UNIQUE INDEX unit_version__unit_id_valid_from_on ON unit_version (unit_id, valid_from_on);
CREATE INDEX unit_version__valid_from_on ON unit_version (valid_from_on);
CREATE TABLE vendor_job (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  ticket_id BLOB NOT NULL REFERENCES ticket (id), -- for which ticket
  asset_id BLOB, -- what was handed over, of whichever capability keeps assets
  title TEXT NOT NULL, -- firm and what was handed over, for people
  vendor TEXT NOT NULL, -- firm
  basis TEXT NOT NULL, -- warranty, contract, paid
  reference TEXT NOT NULL, -- the firm's own number; may be empty
  sent_on TEXT NOT NULL, -- day it was given
  expected_on TEXT, -- day it was promised for
  returned_on TEXT, -- day it came back
  loaner TEXT NOT NULL, -- what stands in its place meanwhile; may be empty
  cost_kurus INTEGER, -- what it cost
  result TEXT NOT NULL, -- what the firm did; empty until it is back
  note TEXT NOT NULL, -- anything else; may be empty
  state TEXT NOT NULL, -- away, back, lost
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX vendor_job__asset_id_created_at_id ON vendor_job (asset_id, created_at, id);
CREATE INDEX vendor_job__asset_id_sent_on_id ON vendor_job (asset_id, sent_on, id);
CREATE INDEX vendor_job__basis_created_at_id ON vendor_job (basis, created_at, id);
CREATE INDEX vendor_job__basis_sent_on_id ON vendor_job (basis, sent_on, id);
CREATE INDEX vendor_job__created_at_id ON vendor_job (created_at, id);
CREATE INDEX vendor_job__sent_on_id ON vendor_job (sent_on, id);
CREATE INDEX vendor_job__state_created_at_id ON vendor_job (state, created_at, id);
CREATE INDEX vendor_job__state_sent_on_id ON vendor_job (state, sent_on, id);
CREATE INDEX vendor_job__ticket_id_created_at_id ON vendor_job (ticket_id, created_at, id);
CREATE INDEX vendor_job__ticket_id_sent_on_id ON vendor_job (ticket_id, sent_on, id);
CREATE TABLE watched_law (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  title TEXT NOT NULL, -- what changed
  title_key TEXT NOT NULL, -- Turkish sort key of the title
  number TEXT NOT NULL, -- number of the law or decision; may be empty
  kind TEXT NOT NULL, -- law, regulation, circular, council, committee
  gazette_on TEXT, -- day of the gazette or of the decision
  gazette_no TEXT NOT NULL, -- number of the gazette; may be empty
  note TEXT NOT NULL, -- what it changes for the directorate
  state TEXT NOT NULL, -- watching, told, closed
  told_at INTEGER, -- when the staff was told
  created_at INTEGER NOT NULL -- when it was entered
) STRICT;
CREATE INDEX watched_law__created_at_id ON watched_law (created_at, id);
CREATE INDEX watched_law__kind_created_at_id ON watched_law (kind, created_at, id);
CREATE INDEX watched_law__kind_title_key_id ON watched_law (kind, title_key, id);
CREATE INDEX watched_law__state_created_at_id ON watched_law (state, created_at, id);
CREATE INDEX watched_law__state_title_key_id ON watched_law (state, title_key, id);
CREATE INDEX watched_law__title_key_id ON watched_law (title_key, id);
CREATE TABLE work_log (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  ticket_id BLOB NOT NULL REFERENCES ticket (id), -- on which ticket
  staff_id BLOB NOT NULL REFERENCES staff (id), -- who worked
  unit_id BLOB NOT NULL REFERENCES unit (id), -- the worker's unit at that time
  worked_on TEXT NOT NULL, -- day of the work
  minutes INTEGER NOT NULL, -- how long, in minutes
  title TEXT NOT NULL, -- first sentence of the note
  note TEXT NOT NULL, -- what was done
  created_at INTEGER NOT NULL -- when it was written down
) STRICT;
CREATE INDEX work_log__created_at_id ON work_log (created_at, id);
CREATE INDEX work_log__staff_id_created_at_id ON work_log (staff_id, created_at, id);
CREATE INDEX work_log__staff_id_worked_on_id ON work_log (staff_id, worked_on, id);
CREATE INDEX work_log__ticket_id_created_at_id ON work_log (ticket_id, created_at, id);
CREATE INDEX work_log__ticket_id_worked_on_id ON work_log (ticket_id, worked_on, id);
CREATE INDEX work_log__unit_id_created_at_id ON work_log (unit_id, created_at, id);
CREATE INDEX work_log__unit_id_worked_on_id ON work_log (unit_id, worked_on, id);
CREATE INDEX work_log__worked_on_id ON work_log (worked_on, id);
CREATE TABLE write_off (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the write-off, gapless in its year
  title TEXT NOT NULL, -- what goes, for people
  asset_numbers TEXT NOT NULL, -- inventory numbers, one a line
  unit_id BLOB NOT NULL REFERENCES unit (id), -- unit of the first asset
  reason TEXT NOT NULL, -- broken, uneconomic, obsolete, lost
  report TEXT NOT NULL, -- technical report
  repair_kurus INTEGER, -- what a repair would cost
  value_kurus INTEGER, -- what the assets are worth today
  replacement TEXT NOT NULL, -- what the user gets instead; may be empty
  head_id BLOB REFERENCES staff (id), -- head of the commission
  member_id BLOB REFERENCES staff (id), -- member of the commission
  second_member_id BLOB REFERENCES staff (id), -- other member of the commission
  statement TEXT NOT NULL, -- the commission's minutes, frozen when they were submitted; empty before
  decision TEXT NOT NULL, -- day and number of the approval; empty before
  erasure TEXT NOT NULL, -- unknown, none, overwritten, degaussed, destroyed: what was done to the data
  erased_by_id BLOB REFERENCES staff (id), -- who erased
  erased_on TEXT, -- day of the erasure
  erasure_note TEXT NOT NULL, -- serials of the disks, tool, result; may be empty
  voucher TEXT NOT NULL, -- number of the movable voucher (TİF); empty before
  disposal TEXT NOT NULL, -- unknown, recycled, sold, donated, destroyed
  disposed_to TEXT NOT NULL, -- firm or office that took them; empty before
  state TEXT NOT NULL, -- draft, commission, decided, written_off, disposed, cancelled
  created_at INTEGER NOT NULL, -- when it was begun
  decided_at INTEGER, -- when the decision was entered
  written_off_at INTEGER -- when the assets went out of the register
) STRICT;
CREATE INDEX write_off__created_at_id ON write_off (created_at, id);
CREATE UNIQUE INDEX write_off__number ON write_off (number);
CREATE INDEX write_off__reason_created_at_id ON write_off (reason, created_at, id);
CREATE INDEX write_off__state_created_at_id ON write_off (state, created_at, id);
CREATE INDEX write_off__unit_id_created_at_id ON write_off (unit_id, created_at, id);
CREATE TABLE year_end (
  id BLOB NOT NULL PRIMARY KEY, -- identity
  version INTEGER NOT NULL, -- for concurrent edits
  number TEXT NOT NULL, -- number of the count, gapless in its year
  title TEXT NOT NULL, -- year and room, for people
  year INTEGER NOT NULL, -- calendar year that is closed
  store_room_id BLOB NOT NULL REFERENCES store_room (id), -- room that was counted
  head_id BLOB REFERENCES staff (id), -- head of the commission
  member_id BLOB REFERENCES staff (id), -- member of the commission
  second_member_id BLOB REFERENCES staff (id), -- other member of the commission
  statement TEXT NOT NULL, -- the table, frozen when it was submitted; empty before
  state TEXT NOT NULL, -- draft, signing, closed, cancelled
  created_at INTEGER NOT NULL, -- when it was begun
  closed_at INTEGER -- when the year was closed for this room
) STRICT;
CREATE INDEX year_end__created_at_id ON year_end (created_at, id);
CREATE UNIQUE INDEX year_end__number ON year_end (number);
CREATE INDEX year_end__state_created_at_id ON year_end (state, created_at, id);
CREATE INDEX year_end__store_room_id_created_at_id ON year_end (store_room_id, created_at, id);
CREATE UNIQUE INDEX year_end__store_room_id_year_some ON year_end (store_room_id, year) WHERE state <> 'cancelled';
