"""Import names of well-known distributions, facts from their published wheels.

Distribution names are normalised by PEP 503.
"""

VERSION = 2
"""Raised with every change of meaning; part of cache keys."""

MODULES = """
absl-py: absl
adafruit-blinka: board busio digitalio microcontroller adafruit_blinka
aliyun-python-sdk-core: aliyunsdkcore
ansible-core: ansible
antlr4-python3-runtime: antlr4
apache-airflow: airflow
apache-flink: pyflink
apache-superset: superset
argon2-cffi: argon2
argon2-cffi-bindings: _argon2_cffi_bindings
atlassian-python-api: atlassian
attrs: attr attrs
audioop-lts: audioop
avro-python3: avro
backports-datetime-fromisoformat: backports.datetime_fromisoformat
backports-tarfile: backports.tarfile
backports-zoneinfo: backports.zoneinfo
backports-zstd: backports.zstd
beautifulsoup4: bs4
biopython: Bio BioSQL
bitvector: BitVector
black: black blackd blib2to3
boolean-py: boolean
brotli: brotli _brotli
brotlicffi: brotlicffi _brotlicffi
brotlipy: brotli
cassandra-driver: cassandra
celery-types: celery-stubs
cffi: cffi _cffi_backend
cheetah3: Cheetah
configobj: configobj validate
cupy-cuda11x: cupy cupyx cupy_backends
cupy-cuda12x: cupy cupyx cupy_backends
cx-oracle: cx_Oracle
cython: Cython cython pyximport
databricks-sdk: databricks.sdk
databricks-sql-connector: databricks.sql
dateparser: dateparser dateparser_data
dbt-core: dbt
distribute: setuptools pkg_resources
django-allauth: allauth
django-appconf: appconf
django-autocomplete-light: dal
django-axes: axes
django-bootstrap4: bootstrap4
django-bootstrap5: bootstrap5
django-cacheops: cacheops
django-ckeditor: ckeditor
django-compressor: compressor
django-configurations: configurations
django-constance: constance
django-cors-headers: corsheaders
django-crispy-forms: crispy_forms
django-csp: csp
django-debug-toolbar: debug_toolbar
django-environ: environ
django-filter: django_filters
django-formtools: formtools
django-guardian: guardian
django-hijack: hijack
django-import-export: import_export
django-ipware: ipware
django-jazzmin: jazzmin
django-js-asset: js_asset
django-jsonfield: jsonfield
django-mptt: mptt
django-ninja: ninja
django-oauth-toolkit: oauth2_provider
django-phonenumber-field: phonenumber_field
django-picklefield: picklefield
django-polymorphic: polymorphic
django-reversion: reversion
django-silk: silk
django-simple-history: simple_history
django-split-settings: split_settings
django-storages: storages
django-stubs: django-stubs mypy_django_plugin
django-taggit: taggit
django-treebeard: treebeard
django-two-factor-auth: two_factor
django-waffle: waffle
django-webpack-loader: webpack_loader
django-widget-tweaks: widget_tweaks
djangorestframework: rest_framework
djangorestframework-simplejwt: rest_framework_simplejwt
djangorestframework-stubs: rest_framework-stubs mypy_drf_plugin
djangorestframework-xml: rest_framework_xml
dnspython: dns
docker-py: docker
docopt-ng: docopt
drf-nested-routers: rest_framework_nested
enum34: enum
esdk-obs-python: obs
facebook-sdk: facebook
faiss-cpu: faiss
faiss-gpu: faiss
ffmpeg-python: ffmpeg
fonttools: fontTools
fpdf2: fpdf
future: future builtins past libfuturize libpasteurize
futures: concurrent
gdal: osgeo osgeo_utils
gevent-websocket: geventwebsocket
github3-py: github3
gitpython: git
google-api-core: google.api_core
google-api-python-client: googleapiclient apiclient
google-auth: google.auth google.oauth2
google-cloud-aiplatform: google.cloud.aiplatform google.cloud.aiplatform_v1 google.cloud.aiplatform_v1beta1 vertexai
google-cloud-bigquery: google.cloud.bigquery google.cloud.bigquery_v2
google-cloud-bigquery-storage: google.cloud.bigquery_storage google.cloud.bigquery_storage_v1
google-cloud-core: google.cloud.client google.cloud.exceptions google.cloud.environment_vars google.cloud.operation
google-cloud-core: google.cloud.obsolete google.cloud._helpers google.cloud._http google.cloud._testing
google-cloud-datastore: google.cloud.datastore
google-cloud-firestore: google.cloud.firestore google.cloud.firestore_v1 google.cloud.firestore_admin_v1
google-cloud-logging: google.cloud.logging google.cloud.logging_v2
google-cloud-monitoring: google.cloud.monitoring_v3
google-cloud-pubsub: google.cloud.pubsub google.cloud.pubsub_v1 google.pubsub google.pubsub_v1
google-cloud-secret-manager: google.cloud.secretmanager google.cloud.secretmanager_v1
google-cloud-spanner: google.cloud.spanner google.cloud.spanner_v1 google.cloud.spanner_dbapi
google-cloud-storage: google.cloud.storage
google-cloud-tasks: google.cloud.tasks google.cloud.tasks_v2
google-cloud-vision: google.cloud.vision google.cloud.vision_v1
google-genai: google.genai
google-generativeai: google.generativeai
google-resumable-media: google.resumable_media
google-search-results: serpapi
googleapis-common-protos: google.api google.rpc google.type google.logging google.longrunning
graphql-core: graphql
grpcio: grpc
grpcio-channelz: grpc_channelz
grpcio-health-checking: grpc_health
grpcio-reflection: grpc_reflection
grpcio-status: grpc_status
grpcio-testing: grpc_testing
grpcio-tools: grpc_tools
haystack-ai: haystack
hidapi: hid hidraw
hydra-core: hydra
ibm-db: ibm_db ibm_db_dbi
imbalanced-learn: imblearn
import-linter: importlinter
ipython: IPython
jaraco-classes: jaraco.classes
jaraco-collections: jaraco.collections
jaraco-context: jaraco.context
jaraco-functools: jaraco.functools
jaraco-text: jaraco.text
jpype1: jpype
jupyter-core: jupyter_core jupyter
kafka-python: kafka
kafka-python-ng: kafka
keyrings-alt: keyrings.alt
launchdarkly-server-sdk: ldclient
legacy-cgi: cgi cgitb
levenshtein: Levenshtein
libsass: sass sassutils
line-bot-sdk: linebot
linkify-it-py: linkify_it
llama-cpp-python: llama_cpp
llama-index-core: llama_index.core
m2crypto: M2Crypto
markdown-it-py: markdown_it
mastodon-py: mastodon
matplotlib: matplotlib pylab mpl_toolkits
matrix-nio: nio
memory-profiler: memory_profiler mprof
mercurial: mercurial hgext
microsoft-kiota-abstractions: kiota_abstractions
mkdocs-material: material
mlflow-skinny: mlflow
msgpack-python: msgpack
msgraph-sdk: msgraph
mypy: mypy mypyc
mysql-connector: mysql
mysql-connector-python: mysql mysqlx
mysql-python: MySQLdb
mysqlclient: MySQLdb
nats-py: nats
neo4j-driver: neo4j
netcdf4: netCDF4
nvidia-ml-py: pynvml
odfpy: odf
office365-rest-python-client: office365
openai-whisper: whisper
opencensus-ext-azure: opencensus.ext.azure
opencv-contrib-python: cv2
opencv-contrib-python-headless: cv2
opencv-python: cv2
opencv-python-headless: cv2
opensearch-py: opensearchpy
opentelemetry-api: opentelemetry
opentelemetry-exporter-otlp-proto-grpc: opentelemetry.exporter.otlp.proto.grpc
opentelemetry-exporter-otlp-proto-http: opentelemetry.exporter.otlp.proto.http
opentelemetry-proto: opentelemetry.proto
opentelemetry-sdk: opentelemetry.sdk
opentelemetry-semantic-conventions: opentelemetry.semconv
paddlepaddle: paddle
paho-mqtt: paho
pandas-stubs: pandas-stubs
pastedeploy: paste.deploy
path-py: path
pdfminer-six: pdfminer
peewee: peewee playhouse pwiz
phonenumberslite: phonenumbers
pillow: PIL
pillow-simd: PIL
pip-tools: piptools
plotly: plotly _plotly_utils
poetry-core: poetry.core
pot: ot
proto-plus: proto
protobuf: google.protobuf google._upb
psycopg2-binary: psycopg2
py-cpuinfo: cpuinfo
py-moneyed: moneyed
pyasynchat: asynchat
pyasyncore: asyncore
pybluez: bluetooth
pycairo: cairo
pycrypto: Crypto
pycryptodome: Crypto
pycryptodomex: Cryptodome
pycurl: pycurl curl
pydispatcher: pydispatch
pyelftools: elftools
pyenchant: enchant
pygithub: github
pygobject: gi pygtkcompat
pyhamcrest: hamcrest
pyicu: icu
pyinstaller: PyInstaller
pyjwt: jwt
pymongo: pymongo bson gridfs
pymssql: pymssql _mssql
pymupdf: pymupdf fitz
pynacl: nacl
pyobjc-core: objc PyObjCTools
pyopengl: OpenGL
pyopenssl: OpenSSL
pypdf2: PyPDF2
pypiwin32: win32api win32con win32gui win32com pythoncom pywintypes
pyqt5: PyQt5
pyqt6: PyQt6
pyqtwebengine: PyQt5
pyro-ppl: pyro
pyro4: Pyro4
pyro5: Pyro5
pyserial: serial
pyserial-asyncio: serial_asyncio
pyshp: shapefile
pyside2: PySide2 shiboken2
pyside6: PySide6
pysocks: socks sockshandler
pystemmer: Stemmer
pytest: pytest _pytest py
pytest-xdist: xdist
python-bidi: bidi
python-can: can
python-consul: consul
python-crontab: crontab cronlog crontabs
python-daemon: daemon
python-dateutil: dateutil
python-decouple: decouple
python-docx: docx
python-dotenv: dotenv
python-editor: editor
python-engineio: engineio
python-etcd: etcd
python-frontmatter: frontmatter
python-gettext: pythongettext
python-gflags: gflags
python-gitlab: gitlab
python-gnupg: gnupg
python-hcl2: hcl2
python-iso639: iso639
python-jenkins: jenkins
python-jose: jose
python-json-logger: pythonjsonlogger
python-keystoneclient: keystoneclient
python-ldap: ldap ldapurl ldif slapdtest
python-levenshtein: Levenshtein
python-logstash: logstash
python-lsp-jsonrpc: pylsp_jsonrpc
python-lsp-server: pylsp
python-magic: magic
python-memcached: memcache
python-miio: miio
python-mimeparse: mimeparse
python-multipart: multipart python_multipart
python-nmap: nmap
python-novaclient: novaclient
python-oauth2: oauth2
python-openid: openid
python-pam: pam
python-pptx: pptx
python-rapidjson: rapidjson
python-slugify: slugify
python-snappy: snappy
python-socketio: socketio
python-stdnum: stdnum
python-telegram-bot: telegram
python-twitter: twitter
python-ulid: ulid
python-whois: whois
python-xlib: Xlib
python3-openid: openid
python3-saml: onelogin
pythonnet: clr pythonnet
pytorch-ignite: ignite
pytorch-lightning: pytorch_lightning lightning_fabric
pyturbojpeg: turbojpeg
pyusb: usb
pyvmomi: pyVim pyVmomi vmware
pywavelets: pywt
pywin32: win32api win32con win32gui win32com win32event win32file win32process win32security win32service
pywin32: win32serviceutil win32clipboard win32pipe win32print pythoncom pywintypes winerror servicemanager
pywin32: win32console win32cred win32crypt win32evtlog win32evtlogutil win32job win32net win32pdh
pywin32: win32profile win32timezone win32trace win32ts win32ui win32wnet win32uiole win32comext ntsecuritycon sspi
pywin32-ctypes: win32ctypes
pywinpty: winpty
pyxdg: xdg
pyyaml: yaml _yaml
pyzmq: zmq
redis-py-cluster: rediscluster
robotframework: robot
rpi-gpio: RPi
ruamel-yaml: ruamel.yaml
ruamel-yaml-clib: _ruamel_yaml
s3cmd: S3
scikit-build: skbuild
scikit-image: skimage
scikit-learn: sklearn
scikit-misc: skmisc
scikit-optimize: skopt
scikit-surprise: surprise
selenium-wire: seleniumwire
setuptools: setuptools pkg_resources _distutils_hack distutils
slack-sdk: slack_sdk slack
slackclient: slack slackclient
smbprotocol: smbclient smbprotocol
snowflake-connector-python: snowflake.connector
snowflake-snowpark-python: snowflake.snowpark
snowflake-sqlalchemy: snowflake.sqlalchemy
social-auth-app-django: social_django
social-auth-core: social_core
soundfile: soundfile _soundfile
speechrecognition: speech_recognition
sseclient-py: sseclient
standard-aifc: aifc
standard-chunk: chunk
standard-crypt: crypt
standard-imghdr: imghdr
standard-mailcap: mailcap
standard-nntplib: nntplib
standard-pipes: pipes
standard-smtpd: smtpd
standard-sndhdr: sndhdr
standard-sunau: sunau
standard-telnetlib: telnetlib
standard-uu: uu
standard-xdrlib: xdrlib
strawberry-graphql: strawberry
suds-community: suds
suds-jurko: suds
tensorboardx: tensorboardX
tensorflow-cpu: tensorflow
tensorflow-gpu: tensorflow
tensorflow-macos: tensorflow
tf-nightly: tensorflow
toolz: toolz tlz
torch: torch torchgen functorch
types-python-dateutil: dateutil-stubs
types-pyyaml: yaml-stubs
types-requests: requests-stubs
types-setuptools: setuptools-stubs pkg_resources-stubs distutils-stubs
umap-learn: umap
universal-pathlib: upath
uwsgi: uwsgi uwsgidecorators
vcrpy: vcr
weaviate-client: weaviate
web-py: web
websocket-client: websocket
wxpython: wx
zc-buildout: zc.buildout
zope-component: zope.component
zope-event: zope.event
zope-interface: zope.interface
zope-sqlalchemy: zope.sqlalchemy
"""
"""One line per distribution whose import names do not follow from its own; a second line adds to the first."""

SAME_NAME = """
aiobotocore aiofiles aiohttp aiohttp-cors aioredis aiosqlite alembic altair amqp annoy anthropic anyascii anyio
apache-beam appnope apscheduler argcomplete arrow asgi-lifespan asgiref asttokens async-timeout asyncpg authlib
autobahn awscli babel bandit bcrypt billiard bitstring bleach blessed blinker blosc bokeh boltons boto boto3 botocore
bottle bs4 build cachecontrol cachetools carbon catboost celery cerberus certifi chardet charset-normalizer cherrypy
chevron click clickhouse-connect clickhouse-driver cloudflare cloudpickle colorlog confluent-kafka couchdb coverage
crccheck cryptography cssselect2 cvxpy cycler dacite dask dataclasses-json datadog datadog-api-client datasets ddtrace
decorator deepdiff defusedxml delorean deptry dill diskcache distributed distro django django-celery-beat
django-celery-results django-countries django-extensions django-htmx django-otp django-prometheus django-q
django-redis django-rq django-stubs-ext django-tables2 django-user-agents djangorestframework-camel-case dlib docker
docopt docutils drf-spectacular drf-yasg duckdb duckduckgo-search easydict ebooklib ecdsa edgedb editables
efficientnet-pytorch einops elasticsearch elasticsearch-dsl email-validator environs et-xmlfile eth-hash evaluate
eventlet exceptiongroup execnet extract-msg fabric fake-useragent faker falcon fastapi fastavro fastparquet fb303
feedparser filelock fiona firebase-admin flake8 flask flask-admin flask-caching flask-cors flask-jwt-extended
flask-limiter flask-login flask-mail flask-marshmallow flask-migrate flask-restful flask-restx flask-socketio
flask-sqlalchemy flask-wtf flax flit-core formencode fpdf freezegun frozenlist fsspec genshi gensim geopandas geopy
gevent ghp-import gitdb gmpy2 google-auth-httplib2 google-auth-oauthlib google-crc32c googlemaps gql gradio graphene
graphene-django graphviz greenlet griffe grimp gunicorn gym h11 h2 h5py hatch hatchling hdfs hiredis holidays hpack
html5lib httpcore httptools httpx huggingface-hub humanize hvac hypercorn hyperframe hypothesis ibm-cloud-sdk-core
idna ijson imagehash imageio importlib-metadata importlib-resources inflection influxdb influxdb-client iniconfig
intervaltree invoke ipaddr ipython-genutils isodate isort itsdangerous jax jaxlib jedi jellyfish jieba jinja2 jira
jmespath joblib jose jsonlines jsonpatch jsonpath-rw jsonpickle jsonpointer jsonschema jupyter-client jupyterlab
jwcrypto jwt kazoo keras keyring kiwisolver kombu kubernetes kubernetes-asyncio langchain langchain-community
langchain-core langchain-openai langgraph lark ldap3 libcst librosa lightgbm litellm llvmlite locust logbook loguru
lunardate lxml lz4 mailchimp-marketing mako markdown markupsafe marshmallow mashumaro matplotlib-inline mautrix mcp
mdit-py-plugins minio mistune mkdocs mlflow mmh3 mock mongoengine more-itertools moviepy mpi4py mpmath msgpack msgspec
msrest mtcnn multidict mutagen mypy-boto3-s3 mypy-extensions nbconvert nbformat neo4j nest-asyncio netifaces networkx
newrelic nibabel ninja nltk nose notebook nox numba numexpr numpy oauth2client oauthlib odoo ollama onnx onnxruntime
openai openpyxl opentracing optuna oracledb orjson ormsgpack oslo-config oslo-log oslo-utils osmium oss2 packaging
pandas pandera papermill paramiko parse-type parso passlib paste path pathspec patsy pdfminer peft pendulum pexpect
pika pikepdf pip pipenv pkce platformdirs playwright pluggy ply poetry polars portalocker posthog
pre-commit prefect prettytable prometheus-client prompt-toolkit prophet psutil psycopg psycopg-binary
psycopg-pool psycopg2 ptyprocess pulp py py-trees py4j pyaml pyarrow pyasn1 pyasn1-modules pyaudio pycodestyle
pycountry pycparser pydantic pydantic-ai pydantic-core pydantic-settings pydeck pydocstyle pydot pydub pyee pyfiglet
pyflakes pygls pygments pyinotify pykalman pylev pylint pymysql pyodbc pyparsing pypdf pyperclip pyproj
pyproject-hooks pyqtgraph pyrepl pyright pyroaring pyscreeze pyspark pytest-asyncio pytest-django pytest-httpserver
pytest-mock python-http-client python-utils pytweening pytz pyupgrade pyvirtualdisplay pyvisa pyvisa-py pyvista
qdrant-client qtpy rapidfuzz rasterio raven ray redis regex requests requests-mock requests-oauthlib requests-toolbelt
responses respx retry retrying rfc3986 rich rich-click rq rsa ruff ruptures s3fs s3transfer sacrebleu safetensors salt
sanic schedule schema scikit-build-core scipy scrapy seaborn secretstorage segno selenium semver sendgrid
sentence-transformers sentencepiece sentry-sdk setproctitle setuptools-scm sh shap shapely simple-salesforce
simplejson six slack-bolt sniffio snowballstemmer sortedcontainers soupsieve south spacy sphinx sphinx-rtd-theme
spotipy sqlalchemy sqlalchemy-utils sqlglot sqlite-utils sqlmodel sqlparse stack-data stackprinter starlette
statsmodels streamlit stripe structlog supervisor svn sympy syrupy tables tabulate tenacity tensorboard tensorflow
tensorflow-hub tensorflow-probability termcolor textual threadpoolctl thrift tiktoken time-machine tinycss2 tldextract
tokenizers toml tomli tomli-w tomlkit toposort torchaudio torchvision tornado towncrier tox tqdm traitlets
transformers trino trio trl twilio twine twisted typeguard typer typing-extensions typing-inspect typing-inspection
tzdata tzlocal ujson unicorn unidecode unittest2 unstructured-client uritemplate urllib3 user-agents uvicorn uvloop
validators vine virtualenv voluptuous vulture w3lib waitress wandb watchdog watchfiles wcwidth weasyprint webcolors
webob websockets webtest werkzeug wheel whitenoise wmi wordcloud wrapt wtforms xarray xgboost xlrd xlsxwriter xlwt
xmlsec xmltodict xxhash yarl yattag youtube-dl yt-dlp zarr zeep zict zipp zstandard zulip
"""
"""Distributions whose one import name is their own, with `_` for `-`."""

NAMESPACES = """
azure-*: azure
backports-*: backports
databricks-*: databricks
google-*: google
google-cloud-*: google.cloud
jaraco-*: jaraco
llama-index-*: llama_index
opentelemetry-*: opentelemetry
opentelemetry-instrumentation-*: opentelemetry.instrumentation
plone-*: plone
collective-*: collective
repoze-*: repoze
ruamel-*: ruamel
snowflake-*: snowflake
sphinxcontrib-*: sphinxcontrib
zope-*: zope
zc-*: zc
"""
"""Prefix of distribution names: the namespace package that distributions of this family share."""

RUNTIME_ONLY = """
aiodns aiomysql aiosqlite asyncmy asyncpg bjoern bottleneck brotli brotlicffi brotlipy cchardet certifi-win32
clickhouse-sqlalchemy cx-oracle daphne databases ddtrace dj-database-url duckdb-engine email-validator eventlet
fastparquet gevent granian greenlet gunicorn h2 hiredis httptools httpx-socks hypercorn intel-openmp kaleido meinheld
mkl mysql-connector-python mysql-python mysqlclient newrelic numexpr nvidia-cublas-cu12 nvidia-cudnn-cu12 openpyxl
oracledb pip psycopg-binary psycopg-c psycopg2 psycopg2-binary pymssql pymysql pyodbc pyopenssl pysocks pysqlite3
pysqlite3-binary python-multipart pywin32-ctypes redshift-connector setuptools snowflake-sqlalchemy
sqlalchemy-bigquery sqlalchemy-redshift sqlalchemy-spanner supervisor trino triton tzdata uvicorn uvloop uwsgi
waitress watchfiles wheel whitenoise xlrd xlsxwriter zope-sqlalchemy
"""
"""Servers, drivers, accelerators and data: they work without being imported."""

PLUGINS = """
pytest-* *-pytest-plugin
flake8-* pep8-naming
mypy-*-plugin
pylint-* sphinx-* sphinxcontrib-* *-sphinx-theme furo
mkdocs-* mkdocstrings-*
hatch-* hatch-vcs setuptools-*
types-* *-stubs
nose-* tox-* nox-* pre-commit-*
"""
"""Globs of distributions that another tool loads."""
