set -eu
umask 027
names=DNS:office.golden.example
mkdir -p /tls/office.golden.example
cd /tls/office.golden.example
if [ -s fullchain.pem ] && openssl x509 -checkend 604800 -noout -in fullchain.pem && [ "$(cat names)" = "$names" ]; then exit 0; fi
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 90 \
  -subj /CN=office.golden.example -addext "subjectAltName=$names" -keyout privkey.new -out fullchain.new
chmod 640 privkey.new
mv privkey.new privkey.pem
mv fullchain.new fullchain.pem
printf %s "$names" > names
