set -eu
umask 027
cd /tls/golden.example
cat /etc/letsencrypt/live/golden.example/privkey.pem > privkey.new
cat /etc/letsencrypt/live/golden.example/fullchain.pem > fullchain.new
mv privkey.new privkey.pem
mv fullchain.new fullchain.pem
