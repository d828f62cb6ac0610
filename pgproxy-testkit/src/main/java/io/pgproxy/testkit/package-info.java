/** A real PostgreSQL for tests, scripted peers and leak checks. */
@NullMarked
package io.pgproxy.testkit;

import org.jspecify.annotations.NullMarked;
