import type { Server } from 'node:http';
import { buildApp } from 'fauxqs';
import type { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
