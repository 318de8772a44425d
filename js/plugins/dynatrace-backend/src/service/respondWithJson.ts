import { Response } from 'express';

/**
 * Sends JSON that the core has written, as it is.
 */
export function respondWithJson(response: Response, json: Uint8Array): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': json.byteLength,
    'Cache-Control': 'private, no-store',
  });
  response.end(json);
}
