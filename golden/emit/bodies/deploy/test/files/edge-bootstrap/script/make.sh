set -eu
umask 027
names=DNS:test.golden.example
mkdir -p /tls/test.golden.example
cd /tls/test.golden.example
if [ -s fullchain.pem ] && openssl x509 -checkend 604800 -noout -in fullchain.pem && [ "$(cat names)" = "$names" ]; then exit 0; fi
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 90 \
  -subj /CN=test.golden.example -addext "subjectAltName=$names" -keyout privkey.new -out fullchain.new
chmod 640 privkey.new
mv privkey.new privkey.pem
mv fullchain.new fullchain.pem
printf %s "$names" > names
