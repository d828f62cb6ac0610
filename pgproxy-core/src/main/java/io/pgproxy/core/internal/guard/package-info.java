/**
 * Sessions that no hook reads, but whose results are limited or counted. The wire stays as it is: SQL is looked at to
 * know what an answer may be, never to refuse it.
 */
@NullMarked
package io.pgproxy.core.internal.guard;

import org.jspecify.annotations.NullMarked;
