-- name: posts-per-hour
-- title: Posts per hour
-- description: Posts, authors and reactions of every hour with a post, per topic.
-- feed: posts
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, exclusive
-- param: topics list of topic default "" | Only these topics, separated by commas; empty for all
-- column: hour_start timestamp unit UTC | The hour
-- column: topic varchar | The coin or share of the search that found the post; "none" without a topic
-- column: posts bigint | Posts
-- column: authors bigint | Distinct authors
-- column: likes bigint | Likes when the posts were last fetched
-- column: reposts bigint | Reposts when the posts were last fetched
-- column: sensitive_posts bigint | Posts that their authors marked as sensitive
-- key: hour_start, topic, posts
-- chart: line x=hour_start y=posts series=topic
-- note: Hours without a post have no row.
SELECT
  date_trunc('hour', posted_at) AS hour_start,
  coalesce(topic, 'none') AS topic,
  count(*) AS posts,
  count(DISTINCT author) AS authors,
  sum(coalesce(likes, 0)) AS likes,
  sum(coalesce(reposts, 0)) AS reposts,
  count(CASE WHEN sensitive THEN 1 END) AS sensitive_posts
FROM posts
WHERE {window}
  AND (:topics = '' OR contains(split(:topics, ','), topic))
GROUP BY date_trunc('hour', posted_at), coalesce(topic, 'none')
ORDER BY hour_start, topic
