package dev.pawl.engine.node;

import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.feed.HorizonHolder;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a node's feed is.
 *
 * @param position of the newest fact shown
 * @param lag the age of the oldest fact that is stored and not shown, or how long ago it was seen
 *     that there is none
 * @param heldBackBy whose open transaction is the reason, when the lag is a long one
 */
public record FeedLoad(FeedPosition position, Duration lag, Optional<HorizonHolder> heldBackBy) {}
