# For the tests of remote places: sourced after lib.sh.
#
#	remote KIND [OPTION...]	starts a server of the kind (s3, sftp, ftp or
#				webdav; options are those of remote/serve.mjs),
#				and tells rclone; $place is a folder on it, and
#				$kept is where the server keeps that folder; $keys
#				has sshd's configuration, and a key to log in
#
# Ends the script, all of it skipped, where the servers cannot be had.
NT_REMOTE=$NT_BUILD/remote
RCLONE_CONFIG=$nt_scratch/rclone.conf
export NT_REMOTE RCLONE_CONFIG
# of the machine, and not for servers on loopback without TLS
unset AWS_CA_BUNDLE HTTP_PROXY http_proxy ALL_PROXY all_proxy

for nt_command in rclone sshd; do
	PATH=$PATH:/usr/sbin command -v $nt_command >/dev/null && continue
	echo "1..0 # SKIP $nt_command is not installed"
	exit 0
done
if ! nt_why=$(npm_install "$NT_ROOT/tests/remote" "$NT_REMOTE"); then
	echo "1..0 # SKIP $nt_why"
	exit 0
fi

nt_remotes=0
# In parts (upload_cutoff), for s3rver keeps what it has of a file that was cut
# off when that is sent as one, which S3 itself never does.
remote() {
	nt_kind=$1
	nt_remotes=$((nt_remotes + 1))
	nt_name=$1-$nt_remotes
	shift
	kept=$nt_scratch/remote/$nt_name keys=$nt_scratch/remote/$nt_name.keys
	mkdir -p "$kept" || exit 2
	background node "$NT_ROOT/tests/remote/serve.mjs" "$nt_kind" "$kept" "$@"
	place=$nt_name:backups
	nt_user='user = u'
	nt_secret=$(rclone obscure p)
	case $nt_kind in
	s3) nt_settings="provider = Other
access_key_id = S3RVER
secret_access_key = S3RVER
endpoint = http://127.0.0.1:$said
force_path_style = true
upload_cutoff = 0" ;;
	sftp) nt_settings="host = 127.0.0.1
port = $said
user = $(id -un)
key_file = $keys/user
known_hosts_file = $keys/known
shell_type = unix
md5sum_command = md5sum
sha1sum_command = sha1sum"
		place=$nt_name:$kept/backups ;;
	ftp) nt_settings="host = 127.0.0.1
port = $said
$nt_user
pass = $nt_secret" ;;
	webdav) nt_settings="url = http://127.0.0.1:$said
vendor = other
$nt_user
pass = $nt_secret" ;;
	esac
	printf '[%s]\ntype = %s\n%s\n\n' "$nt_name" "$nt_kind" "$nt_settings" \
	    >>"$RCLONE_CONFIG"
	kept=$kept/backups
	mkdir -p "$kept" || exit 2
}
