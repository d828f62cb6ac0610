/** Exchanges that go to one of several upstreams. */
@NullMarked
package io.pgproxy.core.routing;

import org.jspecify.annotations.NullMarked;
