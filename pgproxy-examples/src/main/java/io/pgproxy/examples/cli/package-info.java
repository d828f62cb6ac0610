/** What the examples share: options, the ready line, the end by a signal, and the demo database. */
@NullMarked
package io.pgproxy.examples.cli;

import org.jspecify.annotations.NullMarked;
