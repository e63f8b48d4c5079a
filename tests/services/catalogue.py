"""All servers by the name that the command line and the tests use."""

from __future__ import annotations

from .elasticsearch import Elasticsearch
from .elasticsearch9 import Elasticsearch9
from .firebase_auth import FirebaseAuth
from .firestore import Firestore
from .mariadb import Mariadb
from .moto import Moto
from .mysql8 import Mysql8
from .nginx import Nginx
from .opensearch import Opensearch
from .realtime import Realtime
from .registry import Registry, RegistryBasic, RegistryEcr
from .registry_token import RegistryToken
from .server import Server

SERVERS: dict[str, type[Server]] = {
    server.name: server
    for server in (Mariadb, Mysql8, Registry, RegistryBasic, RegistryToken, RegistryEcr, Nginx, Moto,
                   Elasticsearch, Elasticsearch9, Firestore, FirebaseAuth, Realtime, Opensearch)
}
