/** What a host composes a proxy of. */
@NullMarked
package io.pgproxy.core;

import org.jspecify.annotations.NullMarked;
