FROM tessera-stand-in/debian
RUN mkdir -p /data && chown redis /data
WORKDIR /data
