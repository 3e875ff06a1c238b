import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { currentRequest } from './request-context.ts';

export interface FileMetadata {
  mimetype: string;
  cacheControl: string;
  size: number;
  contentLength: number;
  eTag: string;
  lastModified: Date;
  contentRange?: string;
}

type Body = ReadableStream | Uint8Array;

/** Objects as files, in the shape lite wants of a storage adapter. Versions are ignored: the last upload wins. */
export class DiskStorage {
  readonly driver = undefined;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async uploadObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    body: Body,
    contentType: string,
    cacheControl: string,
  ): Promise<FileMetadata> {
    const file = this.#file(bucket, key);
    const draft = `${file}.${randomUUID()}`;
    await mkdir(dirname(file), { recursive: true });
    const hash = createHash('md5');
    const source =
      body instanceof Uint8Array ? Readable.from([body]) : Readable.fromWeb(body as NodeReadableStream);
    try {
      await pipeline(
        source,
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(draft),
      );
      const described = { mimetype: contentType, cacheControl, eTag: `"${hash.digest('hex')}"` };
      await writeFile(`${file}.json`, JSON.stringify(described));
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return this.headObject(bucket, key);
  }

  async headObject(bucket: string, key: string): Promise<FileMetadata> {
    const file = this.#file(bucket, key);
    const [description, { size, mtime }] = await Promise.all([readFile(`${file}.json`, 'utf8'), stat(file)]);
    const { mimetype, cacheControl, eTag } = JSON.parse(description) as FileMetadata;
    return { mimetype, cacheControl, eTag, size, contentLength: size, lastModified: mtime };
  }

  async getObject(
    bucket: string,
    key: string,
  ): Promise<{ metadata: FileMetadata; httpStatusCode: number; body: ReadableStream }> {
    const metadata = await this.headObject(bucket, key);
    // lite does not pass the Range header on; without it no browser can seek in a video.
    const range = parseRange(currentRequest.getStore()?.headers.get('range'), metadata.size);
    const stream = createReadStream(this.#file(bucket, key), range);
    if (range) {
      metadata.contentLength = range.end - range.start + 1;
      metadata.contentRange = `bytes ${range.start}-${range.end}/${metadata.size}`;
    }
    return { metadata, httpStatusCode: range ? 206 : 200, body: Readable.toWeb(stream) as ReadableStream };
  }

  async copyObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    toBucket: string,
    toKey: string,
  ): Promise<Pick<FileMetadata, 'eTag' | 'lastModified'> & { httpStatusCode: number }> {
    const { mimetype, cacheControl } = await this.headObject(bucket, key);
    const bytes = await readFile(this.#file(bucket, key));
    const { eTag, lastModified } = await this.uploadObject(
      toBucket,
      toKey,
      undefined,
      bytes,
      mimetype,
      cacheControl,
    );
    return { eTag, lastModified, httpStatusCode: 200 };
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    const file = this.#file(bucket, key);
    await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })]);
  }

  async deleteObjects(bucket: string, keys: string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.deleteObject(bucket, key)));
  }

  async privateAssetUrl(bucket: string, key: string): Promise<string> {
    return `file://${this.#file(bucket, key)}`;
  }

  /** A hash, because a key may be longer than a file name, differ from another in case only, or climb with `..`. */
  #file(bucket: string, key: string): string {
    return join(this.#folder, createHash('sha256').update(`${bucket}/${key}`).digest('hex'));
  }
}

function parseRange(
  header: string | null | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : undefined;
}
