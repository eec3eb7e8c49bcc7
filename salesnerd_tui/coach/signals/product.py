"""Product talk: features, internals, and the jargon to explain.

*Features* are what the product has or does. *Internals* are how it is made: servers, schemas, libraries, test runs,
accuracy figures. A listener may want to hear about features, but rarely about internals without asking; readers who
label an explanation as too much name internals. The words are general software vocabulary; a playbook's `jargon` and
product names add the rest. A word that the buyer has used is not jargon to them.

A playbook also lists jargon with plain wordings. The term to explain was used by the user in this turn; the buyer has
not used it, and the user has not explained it since. Of several, it is the one used most often, then the one that is
most opaque to somebody who does not know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct

from salesnerd_tui.coach.phrases import Phrases
from salesnerd_tui.coach.sentences import split_words, stem, topics, vocabulary

_INTERNAL_WORDS = vocabulary(
    """
    api apis backend back-end frontend front-end fullstack full-stack middleware microservice microservices monolith
    monorepo endpoint endpoints webhook webhooks websocket websockets graphql rpc grpc http https rest-api restful
    json xml yaml toml csv parquet protobuf jwt oauth saml sso ldap tokens tokenize tokenizes tokenise tokenises
    tokenizer tokenization server servers server-side client-side serverless lambda deploy deploys deployed
    deployment deployments docker dockerfile docker-compose container containers containerized kubernetes k8s helm
    terraform ansible cluster clusters node-pool vm vms virtualization hypervisor proxy proxies nginx apache cdn vpn
    dns ip tcp udp subnet firewall firewalls load-balancer gateway ci cd ci/cd pipeline pipelines runner runners
    jenkins github gitlab bitbucket git repo repos repository repositories branch branches commit commits merge
    merged rebase fork forked pr prs pull-request refactor refactored refactoring codebase code-base sourcecode
    changelog semver database databases db dbs sql nosql postgres postgresql mysql mariadb sqlite oracle mongo
    mongodb dynamodb cassandra clickhouse snowflake bigquery elasticsearch opensearch redis memcached cache caches
    caching cached schema schemas migration migrations orm sqlalchemy alembic prisma query queries queried
    transactional acid denormalized normalized etl elt warehouse-db python java javascript typescript golang rust
    kotlin scala haskell elixir ruby perl cobol fortran flutter dart reactjs react-native vue vuejs angular svelte
    nextjs nuxt django flask fastapi spring-boot nodejs rails php laravel symfony html css sass tailwind bootstrap
    webpack vite npm pip gradle maven pytest playwright selenium cypress junit jest linter linters lint linting mypy
    eslint framework frameworks library libraries sdk sdks compiler compilers runtime runtimes bytecode wasm
    algorithm algorithms heuristic heuristics parser parsers parsing parse parses parsed scraper scrapers scraping
    scraped crawler crawlers regex polling long-polling cron cronjob scheduler daemon websocket-based llm llms gpt
    chatgpt openai huggingface transformer transformers rag embedding embeddings vector-store classifier classifiers
    regressor neural cnn rnn lstm bert yolo resnet xgboost pytorch tensorflow keras sklearn scikit-learn fine-tuned
    finetuned fine-tuning finetuning dataset datasets synthetic hyperparameter hyperparameters overfitting
    backpropagation inference ocr tesseract whisper prompt prompts prompting tokens-per-second quantized
    quantization gpu gpus cpu cpus cuda ram vram tpu encryption encrypted encrypts encrypt decrypt hash hashes
    hashed hashing salted ssl tls aes rsa xss csrf injection vulnerability vulnerabilities pentest sandboxed
    sandboxing authentication authorization rbac rate-limiting rate-limit cors architecture architectural diagram
    diagrams uml latency throughput scalability scalable sharded sharding concurrency async asynchronous
    multithreaded mutex deadlock queue queues kafka rabbitmq celery broker brokers pubsub replica replicas
    replication failover quorum raft consensus idempotent idempotency eventual-consistency protocol protocols binary
    byte bytes bitmap bitfield payload payloads kernel firmware bootloader fpga microcontroller esp32 arduino mqtt
    modbus zigbee i2c uart gpio blockchain onchain on-chain offchain mempool calldata opcode opcodes precompile
    precompiles rollup rollups prover verifier merkle zk zkvm evm validator validators attestation attestations
    testnet devnet mainnet unit-test unit-tests e2e regression tech-stack backend-side localhost staging prod env
    devops observability telemetry grafana prometheus opentelemetry serialization serializer serialized
    deserialization enum boolean integer nullable uuid struct pointer pointers callback callbacks refcount
    changefeed changelogs snapshot snapshots stateful stateless event-driven event-based message-driven data-driven
    domain-driven test-driven object-oriented functional-programming bundler minified transpiled polyfill ssr csr
    virtual-dom css-in-js redux zustand mobx jquery nuget virtualenv makefile cmake bazel gcc clang llvm interop ffi
    abi syscall syscalls threading thread-safe lock-free mutexes semaphore malloc allocator memory-leak stacktrace
    debugger profiler benchmarked benchmarking mocked fixtures mutation-testing fuzzing fuzzer sonar sonarqube
    swagger openapi postman json-schema crud dto dao mvc mvvm ddd cqrs outbox circuit-breaker backoff jitter
    throttling debounce retries idempotence bloom btree b-tree trie trigram levenshtein cosine vectors vector tensor
    tensors gradient gradients bayesian ensemble regression-model logistic hyperparams epoch epochs cross-validation
    f1-score precision-recall lora finetune multimodal agentic mcp langchain llama qwen anthropic deepseek gemma
    ollama vllm onnx opencv mediapipe yolov5 yolov8 nlp ner lemmatization n-gram tf-idf bm25 faiss pinecone qdrant
    weaviate pgvector supabase firebase firestore vercel netlify heroku aws azure gcp ec2 s3 cognito cloudfront
    cloudflare digitalocean hetzner minio haproxy traefik gunicorn uvicorn tomcat jetty wsgi asgi pydantic zod trpc
    soap odata xpath xslt utf-8 unicode base64 checksum crc sha md5 bcrypt argon2 oauth2 openid keycloak auth0 mfa
    totp ldaps radius kerberos siem waf ddos nat vlan bgp ipv4 ipv6 wireguard bluetooth lorawan gsm lte modem modems
    nfc rfid gps-module pwm rs485 scada opc rtos yocto solver simplex tabu annealing metaheuristic dijkstra
    memoization recursion recursive gossip libp2p handshake handshakes nonce nonces bls ecdsa snark snarks starks
    groth16 gas-limit reorg reorgs fork-choice geth besu nethermind erigon prysm teku json-rpc ssz rlp eip eips eof
    eoa paymaster garbage-collected dependency-injection singleton polymorphism
    """
)
_INTERNAL_PHRASES = Phrases(
    "(?:automated|automatic|unit|integration|end-to-end|load|stress|backend|frontend|regression) (?:test|tests|"
    "testing|checks|control)",
    "(?:test|code|branch) coverage",
    "quality (?:requirement|requirements|attributes?|gates?|assurance|metrics?)",
    "(?:machine|deep|transfer|reinforcement) learning|neural networks?|language models?",
    "(?:pull|merge) requests?|source code|lines? of code|version control|data ?(?:base|set|structure|model|pipeline|"
    "lake)",
    "under the hood|behind the scenes|on the (?:technical|backend|frontend|server|code) side|technically|"
    "tech(?:nology|nical)? (?:stack|details?|part|side|architecture)",
    "(?:process|system|software|static|dynamic|component|deployment|sequence|class) (?:architecture|view|diagram|"
    "diagrams|model)",
    "(?:\\d+|million|billion|thousand) (?:parameters|rows|records|vectors|migrations|endpoints|tables|epochs|"
    "layers|tokens)",
    "(?:accuracy|precision|f1|recall) (?:of|is|around|about|\\d)",
    "protected routes?|routes are|error handling|edge cases?|exception|exceptions|race conditions?",
    "(?:libraries|technologies|frameworks|tools) (?:used|we used|that we)",
)
_USER = (
    "(?:you|users?|people|admins?|administrators?|anyone|they|he|she|customers?|clients?|someone|person|everyone|"
    "everybody|managers?|operators?|members?|staff|visitors?|guests?|owners?|managers?|each (?:user|of them))"
)
_OFTEN = (
    "(?:also |already |now |then |just |even |actually |basically |recently |finally |currently |automatically |all |"
    "still |fully |only |always |immediately |instantly |first )*"
)
_MADE = (
    "(?:added|implemented|built|made|created|fixed|introduced|developed|changed|redesigned|updated|improved|finished|"
    "completed|removed|hid|moved|integrated|connected|designed|prepared|reworked|adapted|launched|released|shipped|"
    "realized|realised|configured|replaced|extended|simplified|optimized|optimised|automated|tested|merged|deployed|"
    "wired|migrated|refined|polished|restructured|split|reduced|increased|solved|managed to|coded|programmed|"
    "published|reused|renamed|rearranged|unified|enabled|disabled)"
)
_FELT = (
    "needed|wanted|interested|worried|concerned|confused|excited|surprised|pleased|supposed|tired|involved|allowed|"
    "required|used|scared|married|called|named|afraid|indeed|agreed|asked|convinced|impressed|bored|red"
)
"""Participles that describe people, not products."""

_FEATURE = Phrases(
    f"{_USER} (?:[a-z]+ ){{0,2}}?(?:can|could|will be able to|may|(?:are|is) able to|just|simply|gets?|sees?|"
    f"receives?|"
    "chooses?|selects?|enters?)",
    "(?!(?:i|we|you|they) )[a-z'-]+ (?:can|may) (?:also |now |then |just |even )*(?!be |have |you |i |we |it |they |"
    "not )[a-z]+",
    f"(?:we|i)(?:'ve| have|'re| are|'m| am|'d| had)? {_OFTEN}(?:{_MADE}|support|supports|offer|offers|provide|"
    "provides|allow|allows|have|set up|store|stores|handle|automate|release|use|used)",
    "there(?: is|'s| are|'re| will be)(?: also| now| already| even| still)?",
    "(?:it|this|that|which|app|application|system|platform|product|tool|site|website|page|bot|service|feature|module|"
    "engine|assistant|model|algorithm|dashboard|solution|software|version)(?:'s)? (?:also |now |then |just |"
    "automatically |already |can |will |even |basically |actually )*(?:shows?|displays?|supports?|allows?|lets?|"
    "works?|stores?|sends?|saves?|has|have|includes?|contains?|provides?|calculates?|creates?|generates?|handles?|"
    "updates?|checks?|tracks?|opens?|appears?|uses?|runs?|gives?|takes?|makes?|does|integrates?|connects?|detects?|"
    "suggests?|recommends?|returns?|filters?|sorts?|processes|recognizes|recognises|covers|keeps|comes)",
    "(?:can|could|may|will) (?:also |now |then |all |just )*be (?:[a-z]+ed|set|sent|done|seen|found|run|put|made|"
    "shown|built|chosen|drawn|hidden|written|read|taken|given|split|kept|left|held)",
    f"(?:is|are|was|were|been|being|gets?) {_OFTEN}(?!(?:{_FELT})(?: |$))(?:[a-z]{{3,}}ed|shown|sent|set|built|made|"
    "hidden|written|kept|drawn|chosen|available|ready|done|based on)",
    "(?:feature|features|functionality|functions|button|buttons|tab|tabs|page|pages|screen|screens|field|fields|"
    "filter|filters|settings|dropdown|popup|pop-up|window|windows|menu|sidebar|panel|widget|widgets|toggle|checkbox|"
    "icon|icons|layout|interface|ui|ux|form|forms|dashboard|notification|notifications|mode|modes|view|views|export|"
    "upload|search|login|admin|plugin|version)",
    "(?:here|now|then) (?:is|are|we have|we've|you have|it is|we can|you see|we see|you can|it)",
    "how (?:it|this|the [a-z]+) works",
)


def find_internal_terms(words: tuple[str, ...], jargon_stems: AbstractSet[str] = frozenset()) -> tuple[str, ...]:
    """Return the words in this sentence about how a product is made: known ones, those of the playbook, phrases."""
    line = " ".join(words)
    terms = [word for word in words if word in _INTERNAL_WORDS or (jargon_stems and stem(word) in jargon_stems)]
    terms += [match.group() for match in _INTERNAL_PHRASES.finditer(line)]
    return tuple(dict.fromkeys(terms))


def is_feature(line: str) -> bool:
    """Return whether this sentence says what the product has, does or looks like."""
    return bool(_FEATURE.search(line))


EXPLAINED_SHARE = 0.5
"""Share of the plain wording's words that explains a term if said in the same turn. A round number."""

ABBREVIATION_LETTERS, COMPOUND_LETTERS = 3, 7
"""Corrections of word length: *API* is as opaque as a word of nine letters, *race condition* as one of two."""


class _Term(Struct):
    """One entry of the playbook. Stems are compared, so that plurals match.

    `mentions` counts those of the user in this turn. `is_known` is true once the buyer used the term, `is_offered`
    once its plain wording was suggested.
    """

    name: str
    plain_wording: str
    stems: tuple[str, ...]
    plain_stems: frozenset[str]
    mentions: int = 0
    is_known: bool = False
    is_offered: bool = False


class JargonExplainer:
    """Tracks the jargon of both sides; the cost is constant per word of a sentence and term of the playbook."""

    def __init__(self, jargon: Mapping[str, str]) -> None:
        self._terms = [_make_term(name, plain) for name, plain in jargon.items() if split_words(name)]
        self._turn_stems: set[str] = set()

    def add_buyer_words(self, words: Sequence[str], *, is_new_turn: bool = False) -> None:
        """Take words of the buyer: terms they use need no explanation, and a new turn of theirs ends the user's."""
        if is_new_turn:
            self._turn_stems.clear()
            for term in self._terms:
                term.mentions = 0
        for term in self._find_terms(words):
            term.is_known = True

    def add_user_words(self, words: Sequence[str]) -> None:
        """Take words of the user."""
        if not self._terms:
            return
        for term in self._find_terms(words):
            term.mentions += 1
        self._turn_stems |= topics(words)

    def take_worst_term(self) -> tuple[str, str] | None:
        """Return the term to explain and its plain wording, each term once per call; None if there is none."""
        open_terms = [term for term in self._terms if term.mentions and not (term.is_known or term.is_offered)]
        unexplained = [term for term in open_terms if not self._is_explained(term)]
        if not unexplained:
            return None
        worst = max(unexplained, key=lambda term: (term.mentions, opacity(term.name)))
        worst.is_offered = True
        return worst.name, worst.plain_wording

    def _is_explained(self, term: _Term) -> bool:
        said = term.plain_stems & self._turn_stems
        return bool(term.plain_stems) and len(said) >= EXPLAINED_SHARE * len(term.plain_stems)

    def _find_terms(self, words: Sequence[str]) -> list[_Term]:
        if not self._terms:
            return []
        line = f" {' '.join(stem(part) for part in _split_hyphens(words))} "
        return [term for term in self._terms if f" {' '.join(term.stems)} " in line]


def opacity(name: str) -> int:
    """Return how opaque a term is, as the length of an equally opaque word: longer words are rarer.

    Abbreviations are more opaque than a word of their length, and compounds less.

    Note: the rank correlation with word frequencies in general English is 0.66, over the 53 terms in the playbooks.
    """
    words = split_words(name)
    longest = max(map(len, words), default=0)
    if len(words) == 1 and name.isupper():
        return 2 * longest + ABBREVIATION_LETTERS
    return longest if len(words) == 1 and "-" not in name else longest - COMPOUND_LETTERS


def _make_term(name: str, plain_wording: str) -> _Term:
    stems = tuple(stem(part) for part in _split_hyphens(split_words(name)))
    return _Term(name, plain_wording, stems, topics(split_words(plain_wording)).difference(stems))


def _split_hyphens(words: Sequence[str]) -> list[str]:
    """Return the words split at hyphens, so that *event-driven* and *event driven* match."""
    return [part for word in words for part in word.split("-") if part]
