-- name: trending-hashtags
-- title: Trending hashtags
-- description: Hashtags and cashtags of the posts, and how the last stretch of the window compares with the rest of it.
-- feed: posts
-- window: since until
-- param: since time default 24h | Start of the window
-- param: until time default now | End of the window, itself not included
-- param: recent duration default 1h min 1m max 30d | The last stretch of the window
-- param: language string default "" | Only posts of this language, such as en; empty takes all
-- param: least int default 1 min 1 max 1000000 | Least number of posts with the tag
-- param: limit int default 30 min 1 max 5000 | Rows to show
-- column: place bigint | 1 has most posts in the last stretch
-- column: tag varchar | The tag in lower case, with its sign
-- column: recent_posts bigint | Posts with it in the last stretch
-- column: posts bigint | Posts with it in the window
-- column: authors bigint | Authors of them
-- column: likes bigint | Likes of them, when they were last seen
-- column: growth double digits 2 | Posts per second of the last stretch against those of the window before it; empty when new
-- chart: bar x=tag y=recent_posts
-- note: A post counts once for each tag, however often it repeats it.
WITH tags AS (
  SELECT DISTINCT
    post_id, author, likes, posted_at,
    lower(tag) AS tag
  FROM posts
  CROSS JOIN UNNEST(regexp_extract_all(text, '#[\p{N}_]*[\p{L}\p{M}][\p{L}\p{M}\p{N}_]*|[$][A-Za-z][A-Za-z0-9_]*')) AS found (tag)
  WHERE {window}
    AND (:language = '' OR language = :language)
),
counts AS (
  SELECT
    tag,
    count(*) AS posts,
    count(CASE WHEN posted_at >= date_add('second', -1 * :recent, :until) THEN 1 END) AS recent_posts,
    count(DISTINCT author) AS authors,
    sum(coalesce(likes, 0)) AS likes
  FROM tags
  GROUP BY tag
),
rates AS (
  SELECT
    *,
    1e0 * recent_posts / :recent AS recent_rate,
    1e0 * (posts - recent_posts) / nullif(date_diff('second', :since, :until) - :recent, 0) AS earlier_rate,
    row_number() OVER (ORDER BY recent_posts DESC, posts DESC, tag) AS place
  FROM counts
  WHERE posts >= :least
)
SELECT place, tag, recent_posts, posts, authors, likes, recent_rate / nullif(earlier_rate, 0) AS growth
FROM rates
WHERE place <= :limit
ORDER BY place
