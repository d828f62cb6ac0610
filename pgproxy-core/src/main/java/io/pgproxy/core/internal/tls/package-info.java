/** Certificates, contexts and handshakes. */
@NullMarked
package io.pgproxy.core.internal.tls;

import org.jspecify.annotations.NullMarked;
