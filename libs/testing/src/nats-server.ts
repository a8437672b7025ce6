/** A real nats-server for specs, with identities for it; it lives beside the bus, whose own specs need it too. */
export { NatsServer, type TestNkey, testIdentity, testNkey, testNkeys } from '@tessera/messaging/testing';
