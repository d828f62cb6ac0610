/** Listeners, event loops and the sessions they carry. */
@NullMarked
package io.pgproxy.core.internal.server;

import org.jspecify.annotations.NullMarked;
