export interface FileToPut {
  bucket: string;
  path: string;
  contentType: string;
  bytes: Uint8Array;
}

/** Puts a file into a bucket through the Storage API, with the rights of the secret key; replaces what is there. */
export async function putFile(
  stack: { api_url: string; secret_key: string },
  file: FileToPut,
): Promise<void> {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const response = await fetch(`${stack.api_url}/storage/v1/object/${file.bucket}/${path}`, {
    method: 'POST',
    headers: {
      apikey: stack.secret_key,
      'content-type': file.contentType,
      'x-upsert': 'true',
      'cache-control': 'max-age=3600',
    },
    body: new Uint8Array(file.bytes),
  });
  if (!response.ok) {
    throw new Error(
      `${file.bucket}/${file.path} could not be stored: ${response.status} ${await response.text()}`,
    );
  }
}
