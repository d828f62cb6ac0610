/** Encryption of connections, on both sides of the proxy. Certificates and keys are PEM files. */
@org.jspecify.annotations.NullMarked
package io.pgproxy.tls;
