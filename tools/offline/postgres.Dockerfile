FROM tessera-stand-in/debian
COPY postgres-entrypoint.sh /entrypoint.sh
RUN mkdir -p /var/lib/postgresql/data /docker-entrypoint-initdb.d /var/run/postgresql && chown postgres /var/lib/postgresql/data /var/run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data
ENTRYPOINT ["/bin/bash", "/entrypoint.sh"]
