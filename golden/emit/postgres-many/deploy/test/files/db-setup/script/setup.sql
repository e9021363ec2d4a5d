SELECT 'CREATE DATABASE reports OWNER owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'reports') \gexec
SELECT 'CREATE DATABASE archive OWNER owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'archive') \gexec
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
\connect reports
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
\connect archive
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
