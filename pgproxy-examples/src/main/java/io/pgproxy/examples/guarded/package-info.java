/** What the guarded proxy is made of. */
@NullMarked
package io.pgproxy.examples.guarded;

import org.jspecify.annotations.NullMarked;
