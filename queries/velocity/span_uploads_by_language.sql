-- metric: Uploads by language
-- grain: one row per language with any upload
-- params: since Timestamp, until Timestamp
-- columns: language String?, uploads Int64
-- source: uploads
-- note: Videos whose upload began in the span, by the language spoken or written in them, unknown where
--   the data does not say.
select language as language, count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by language
order by uploads desc, language
