SELECT 'CREATE DATABASE reports OWNER golden' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'reports') \gexec
\connect reports
