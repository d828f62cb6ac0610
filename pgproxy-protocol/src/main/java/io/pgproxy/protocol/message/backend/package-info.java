/** The messages of a server: one record for each, which reads and writes itself. */
@NullMarked
package io.pgproxy.protocol.message.backend;

import org.jspecify.annotations.NullMarked;
