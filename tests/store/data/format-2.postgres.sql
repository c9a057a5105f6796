
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.artifacts (
    run_id character varying(32) NOT NULL,
    name text NOT NULL,
    kind character varying(16) NOT NULL,
    media_type text NOT NULL,
    digest character varying(64) NOT NULL,
    size bigint NOT NULL,
    is_dir boolean NOT NULL
);

CREATE TABLE public.experiments (
    id integer NOT NULL,
    name text NOT NULL,
    goal text NOT NULL,
    required_tags text NOT NULL,
    created double precision NOT NULL
);

CREATE SEQUENCE public.experiments_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.experiments_id_seq OWNED BY public.experiments.id;

CREATE TABLE public.inputs (
    run_id character varying(32) NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    content text,
    doc text NOT NULL
);

CREATE TABLE public.journals (
    id character varying(32) NOT NULL,
    "offset" bigint NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    opened double precision NOT NULL,
    done boolean NOT NULL,
    beat double precision DEFAULT '0'::double precision NOT NULL
);

CREATE TABLE public.meta (
    key character varying(64) NOT NULL,
    value text NOT NULL
);

CREATE TABLE public.metric_chunks (
    run_id character varying(32) NOT NULL,
    key text NOT NULL,
    number integer NOT NULL,
    points integer NOT NULL,
    data bytea NOT NULL
);

CREATE TABLE public.metrics (
    run_id character varying(32) NOT NULL,
    key text NOT NULL,
    last double precision,
    min double precision,
    max double precision,
    points bigint NOT NULL,
    last_step bigint,
    last_time double precision NOT NULL,
    direction character varying(3),
    origin character varying(16) NOT NULL
);

CREATE TABLE public.params (
    run_id character varying(32) NOT NULL,
    key text NOT NULL,
    type character varying(1) NOT NULL,
    num double precision,
    text text,
    origin character varying(16) NOT NULL,
    shown boolean NOT NULL
);

CREATE TABLE public.runs (
    id character varying(32) NOT NULL,
    experiment_id integer NOT NULL,
    name text NOT NULL,
    status character varying(16) NOT NULL,
    kind character varying(16) NOT NULL,
    started double precision NOT NULL,
    ended double precision,
    duration double precision,
    parent_id character varying(32),
    journal_id character varying(32),
    identity character varying(64) NOT NULL,
    note text NOT NULL,
    notebook text,
    cell_id text,
    execution_count integer,
    source text NOT NULL,
    error text NOT NULL,
    deleted double precision,
    suspect boolean NOT NULL,
    doc text NOT NULL
);

CREATE TABLE public.tags (
    run_id character varying(32) NOT NULL,
    key text NOT NULL,
    value text NOT NULL
);

ALTER TABLE ONLY public.experiments ALTER COLUMN id SET DEFAULT nextval('public.experiments_id_seq'::regclass);

INSERT INTO public.artifacts VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'notes.txt', 'file', 'text/plain', 'f21ba2f45452581bdd76953e01059fef3793715e21b55aadaf876b7575cc6135', 18, false);

INSERT INTO public.experiments VALUES (2, 'other', '', '[]', 1795269383.629202);
INSERT INTO public.experiments VALUES (1, 'churn', 'accuracy >= 0.9', '[]', 1795269383.55404);

INSERT INTO public.journals VALUES ('0e95ab3100143e9d35375ff785dc1055', 491, 'host', 1, 1795269383.727905, true, 0);
INSERT INTO public.journals VALUES ('f6a89704b91d704134edaf22552382f4', 5712, 'host', 1, 1795269383.5541341, false, 1795269386.819453);

INSERT INTO public.meta VALUES ('format', '2');
INSERT INTO public.meta VALUES ('nbmlops', '0.1.0.dev0');

INSERT INTO public.metric_chunks VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'loss', 0, 300, '\x012c01000001230000007801edd0810000000002a0f7975e61804228e51d08060c183060c0808163604de4012c021f08000002370100007801012c01d3fe000055009a5592001c9a4655149211001e1c289a184664557b14689296118400081e1d1cd0281a9afa18f44617645755397b1414c1689e9270960d113b8410002008671edb1d0b1ce0d04f28be1ad99ae0faaa1818f4c846701717640657ed5515395b7bfb14021414c1bf68a09e359278701d96120d1111903ba784fc100800f0207108c067741e8adb341d740b911cf0e0f7d08b4fd9281bbe6d1a02d9029a72e029fad3aa4a18dd1840f4c3c8b146bc70c7179017f9644006e757c0ed3a55eb1515396e5b677b9afb8714fb02e714631448c1b2bf906897a0409e1335f192df78d970741d29969c12790d3b1133111190963bc8a75484c6fc04101a08100020f01220b571b50802c0eb67e474731e1e8acadb8a34b21d1a74c60be791421c86f01ce08bf77bd0238b054ff9037a1c02370100007801012c01d3fe0000550099552400c79917553b2411001ec7af9986172155143b2f247b1110001f1ed4c7baafa499188605176c2110550514143b782f12241f7b2711da100400f81fb71e81d49bc7c0ba1baf63a43399e918f3861805a417816c682116105855f805bf14d914a93b3878102f2c122724fb1f817b1827c8119cda1010a904040007f8421fecb7e51e86812cd4c09be1c7f8c006ba331b80af70631aa44b33a199b8e9e21818f3b086be187f05eca4a917de81376c72682221621615105a586b550ff85005afbfd014cfd91f1413a9ab3b7f380778bc10d12f802c2b12b0279224bcfbc01fb881ed7ba2187327cdc83011f09c46da9d100910f7a934045e041000e007faf8db420a1f8eec01b750e51a1ee0861d817f2c72d45bc0bf9bcbe18ac749f8a0c08d063ebaff33ee1b954a7a8202370100007801012c01d3fe000055009955490071995d55b14911001e71a199615d0b55aeb1a1491a1142007c1e4171c1a141999c617d5dc10b93552fae14b12ba1e449c11a7511bc424100817cf01eb941037181c1e8a16a411099d69c6b61187d785d0bc1810b58938155e22f52ae6214e4b1812b2ba181e4814921c1a21a81753511e6bc6842f1410200fc814a7c01f0011ef8b9b8416e035e71c38194c1dae86ca1c56ad0417a10e4990cd6d09c306bab61b218017de078345d460b43c15381510b0158d09301815055f4e2012f2552b2aef562d514b0e47bb11881de2b572b30a14b8101e4888180499a2167c13fa2461a8c8142750a355d11fee68fbc2568014247f1d7411f0210001ffc0181a04a237c4501baf09701dc1e01f8a0b91eb87541fc6e4403015efb710dc32e81869488c118dabee8b7bd811502370100007801012c01d3fe00005500995592001c997455139211001e1cbc99187459554713bd9261110800f01e1d1c14bc1a998f18417416592b55a7471413fbbd29927d615f114f0810001ff0ab1e761d891c0314b4bc601a9599fc8f0f18184181745c161659602b3055eaa7a0476514bc1313fb4abd4d29b892817dad61115f11116b4f0a08d2108100011f9ef0b3abc91ee376541d8f89051c010389143db440bc1a60a61af9954e99f8fc498f8d0ff0187a18fd410881e4747f5c6b16d1166a597760b82b6b303c5548ea15a787a0e347c76525143fbca4132c13f3fb5b4a01bdc04dad2912b8709278810c7d3bad40618011895f0e11e711106ba84fec0a39080ad2f710b5811000e001aa1fac9e44f0f8b37aaba5c9791e1ee3dc762354801da38f5c8996055a1cd1013903ee8965142b3de3b40e2174a502370100007801012c01d3fe0000550099552400c799d1553b2411001ec7869986d1c855e13b8424b9112100c11ed4c7f986a499c1865fd16cc88855e0e1143b1c84412404b91e1171210400f8c1311e60d456c707f98186efa48e99b0c1b986185f4cd1e06c68c88188d25507e0d6e1f8142c3b381ce384fb415024b70406b9181ec811f57181214d0440007ff865c107313a1ed660b6d4b556b3c78f072bf96c81368670ef01a4d38ed199e4b0fbc101b9e5869718055f224cdcd128e0f76c3c68ecc8fa815b8805d2ed55090750e0b8d639e1cbf86614012c953b1c388d1ce4e3198425fb0441b050222456b74704ef064ab95318061e5fc85811f0f52071e6813f21264d9704914010001f7f1cf81065f6c1c70780311a3a911ee0d60160f2b6acd42cb56e566db326c7948fb507832bfdf91e6ce2814ee2898d02370100007801012c01d3fe000055009955490071994555b14911001e71f299614542557ab1f649a7118400071e4171acf24199f961d045c142c955e57a14b152f69e49f7a75b11c98441008107911eae41d8710eac4ef29841ec9948f9ac6118d08a4502c1814205c98e551de5af7a4614e2b1815223f6c99e73491ff7cfa7815b3511ecc9a68462412000c0814407cc91571ee5ae77410cd8a4713f0eddac7d4e20f2c5986d4116ecc299704820f9d3ac86613c18f4d0ad8a67452402e1c1a18161422305e7c9ac8e7155391d01e5caaf957a60462d14fbe2c9b1998169523a230df6e0c9b49e88735e49341f0bf7e2cfbba794816e5b48352311feecdbc9b7a695847362514130201000e0c0a18163442507e9ccae9174573a1e01e5caae92775c41270cf2d8bea48b71583f260ef5ddc4ac957d654eb65d8d44029f00000078015dc1d70ec1501800e007b6f7deb39b6eb5dada22624444e242242edcb971ef113c82ffb4a734beeffd7a3eeeb7ebe57c3a1ef6bbed66bd5a2ee6b3e9643c324dc3d0f5e1a0dfeb6a5a47551545962549144541e079be0d5a80e3589661689aa62892240982688206a8831aa82215a46c29d98a5801e4410ec92219246d495992b60416c7628ea823f2137609b905ff0430bfc3e7f07e79b00f36579820020e0000007801b3b71f05c48600006ad349d501380000007801f3661805c486c00a62158eaa6378321a064487c041a2558e2acc180d02a243e000d12a4715de1a0d02a243c0916895a30a01afaf04dc');

INSERT INTO public.metrics VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'accuracy', 0.91, 0.91, 0.91, 1, 0, 1795269383.5725648, 'max', 'explicit');
INSERT INTO public.metrics VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'nothing', NULL, NULL, NULL, 1, 0, 1795269383.5726233, NULL, 'explicit');
INSERT INTO public.metrics VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'loss', 0.0033333333333333335, 0.0033333333333333335, 1, 300, 299, 1795269383.5727718, 'min', 'explicit');
INSERT INTO public.metrics VALUES ('789e9b227185b5f1573773a02c9ac730', 'accuracy', 0.9, 0.9, 0.9, 1, 0, 1795269383.6277115, 'max', 'explicit');
INSERT INTO public.metrics VALUES ('f370d3b65f0e1c10f5941a22ccdd4565', 'm', 1, 1, 1, 1, 0, 1795269383.7480135, NULL, 'explicit');

INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'depth', 'i', 8, '8', 'explicit', true);
INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'rate', 'f', 0.25, NULL, 'explicit', true);
INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'kind', 's', NULL, 'gini', 'explicit', true);
INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'bootstrap', 'b', 1, NULL, 'explicit', true);
INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'seed', 'n', NULL, NULL, 'explicit', true);
INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'grid', 'j', NULL, '[1, 2]', 'explicit', true);
INSERT INTO public.params VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'nan', 'f', NULL, 'nan', 'explicit', true);
INSERT INTO public.params VALUES ('00155af23d61e59b24f91b5782d77a79', 'depth', 'i', 1, '1', 'explicit', true);

INSERT INTO public.runs VALUES ('cb7144d9971f57dbcde3a201a13a7756', 1, 'forest', 'FINISHED', 'script', 1795269383.55404, 1795269383.6280522, 0.07401227951049805, NULL, 'f6a89704b91d704134edaf22552382f4', '', 'the first one', NULL, NULL, NULL, '', '', NULL, false, '{"environment": "c30e9f21a62a19e75b77662e54bdf73b6f2fc450e04e89f9262d3fbae9cca778", "git": null}');
INSERT INTO public.runs VALUES ('789e9b227185b5f1573773a02c9ac730', 1, 'fold', 'FINISHED', 'script', 1795269383.626907, 1795269383.6278956, 0.0009884834289550781, 'cb7144d9971f57dbcde3a201a13a7756', 'f6a89704b91d704134edaf22552382f4', '', '', NULL, NULL, NULL, '', '', NULL, false, '{"environment": "c30e9f21a62a19e75b77662e54bdf73b6f2fc450e04e89f9262d3fbae9cca778", "git": null}');
INSERT INTO public.runs VALUES ('6aa6c8a4fb6476502d39cad1d9c94eae', 1, 'fails', 'FAILED', 'script', 1795269383.628227, 1795269383.629083, 0.0008559226989746094, NULL, 'f6a89704b91d704134edaf22552382f4', '', '', NULL, NULL, NULL, '', 'ValueError: no data', NULL, false, '{"traceback": "Traceback (most recent call last):\n  File \"train.py\", line 20, in <module>\n    raise ValueError(\"no data\")\nValueError: no data\n", "environment": "c30e9f21a62a19e75b77662e54bdf73b6f2fc450e04e89f9262d3fbae9cca778", "git": null}');
INSERT INTO public.runs VALUES ('f370d3b65f0e1c10f5941a22ccdd4565', 2, 'killed', 'LOST', 'script', 1795269383.7278144, NULL, NULL, NULL, '0e95ab3100143e9d35375ff785dc1055', '', '', NULL, NULL, NULL, '', 'The process ended without a word (killed, or out of memory).', NULL, false, '{"environment": "c30e9f21a62a19e75b77662e54bdf73b6f2fc450e04e89f9262d3fbae9cca778", "git": null}');
INSERT INTO public.runs VALUES ('00155af23d61e59b24f91b5782d77a79', 2, 'binned', 'FINISHED', 'script', 1795269383.629202, 1795269383.6294062, 0.00020432472229003906, NULL, 'f6a89704b91d704134edaf22552382f4', '', '', NULL, NULL, NULL, '', '', 1795269385.427746, false, '{"environment": "c30e9f21a62a19e75b77662e54bdf73b6f2fc450e04e89f9262d3fbae9cca778", "git": null}');

INSERT INTO public.tags VALUES ('cb7144d9971f57dbcde3a201a13a7756', 'team', 'growth');

SELECT pg_catalog.setval('public.experiments_id_seq', 2, true);

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT artifacts_pkey PRIMARY KEY (run_id, name);

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_name_key UNIQUE (name);

ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inputs
    ADD CONSTRAINT inputs_pkey PRIMARY KEY (run_id, number);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT journals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.metric_chunks
    ADD CONSTRAINT metric_chunks_pkey PRIMARY KEY (run_id, key, number);

ALTER TABLE ONLY public.metrics
    ADD CONSTRAINT metrics_pkey PRIMARY KEY (run_id, key);

ALTER TABLE ONLY public.params
    ADD CONSTRAINT params_pkey PRIMARY KEY (run_id, key);

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (run_id, key);

CREATE INDEX ix_artifacts_digest ON public.artifacts USING btree (digest);

CREATE INDEX ix_inputs_content ON public.inputs USING btree (content);

CREATE INDEX ix_metrics_key_last ON public.metrics USING btree (key, last);

CREATE INDEX ix_params_key_num ON public.params USING btree (key, num);

CREATE INDEX ix_runs_cell ON public.runs USING btree (cell_id);

CREATE INDEX ix_runs_experiment_started ON public.runs USING btree (experiment_id, started);

CREATE INDEX ix_runs_notebook ON public.runs USING hash (notebook);

CREATE INDEX ix_runs_parent ON public.runs USING btree (parent_id);

CREATE INDEX ix_runs_started ON public.runs USING btree (started);

CREATE INDEX ix_runs_status ON public.runs USING btree (status);

CREATE INDEX ix_tags_key ON public.tags USING btree (key);

