FROM tessera-stand-in/debian
ENTRYPOINT ["/usr/sbin/nats-server"]
