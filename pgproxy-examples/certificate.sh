#!/bin/sh
# Makes a certificate and its key for trying TLS, both for their owner alone: certificate.sh DIR [HOST]
# It vouches for itself, so clients give it as the authority: sslmode=verify-full sslrootcert=DIR/server.pem
set -eu
case ${1:--} in
-*)
  echo "usage: certificate.sh DIR [HOST]" >&2
  exit 2
  ;;
esac
dir=$1
host=${2:-localhost}
umask 077
mkdir -p "$dir"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$host" \
  -addext "subjectAltName=DNS:$host,IP:127.0.0.1" -keyout "$dir/server.key" -out "$dir/server.pem" 2>/dev/null
