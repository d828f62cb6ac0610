/** What {@code analyze} prints. */
@NullMarked
package io.pgproxy.examples.analyze;

import org.jspecify.annotations.NullMarked;
