import { importJWK, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type Kysely, sql } from 'kysely';
import type { Secrets } from '../secrets.ts';

/**
 * People hold ES256 tokens with GoTrue's claims, as on the platform, so that functions and clients verify them against
 * the JWKS. lite knows HS256 and fewer claims; the gateway translates both ways.
 */
export interface Tokens {
  /** From lite's token to the one its owner gets. */
  toPublic(liteToken: string, method: string): Promise<string>;
  /** From a caller's token to the one lite understands. What is not ours goes on as it is, for lite to refuse. */
  toInternal(publicToken: string): Promise<string>;
  /** The claims of a valid, unexpired token of ours. */
  verify(publicToken: string): Promise<JWTPayload>;
}

const rememberedTokens = 500;

export async function createTokens(secrets: Secrets, issuer: string, db: Kysely<unknown>): Promise<Tokens> {
  const { d: _private, ...publicJwk } = secrets.signingKey;
  const privateKey = await importJWK(secrets.signingKey, 'ES256');
  const publicKey = await importJWK(publicJwk, 'ES256');
  const internalKey = new TextEncoder().encode(secrets.internalJwtSecret);
  const internalTokens = new Map<string, string>();

  return {
    async toPublic(liteToken, method) {
      const claims = decodeJwt(liteToken);
      const { rows } = await sql<GoTrueUser>`
        select phone, raw_app_meta_data, raw_user_meta_data, is_anonymous from auth.users where id = ${claims.sub}`.execute(
        db,
      );
      const user = rows[0];
      return new SignJWT({
        ...claims,
        iss: issuer,
        phone: user?.phone ?? '',
        app_metadata: user?.raw_app_meta_data ?? {},
        user_metadata: user?.raw_user_meta_data ?? {},
        is_anonymous: user?.is_anonymous ?? false,
        aal: 'aal1',
        amr: [{ method, timestamp: claims.iat }],
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: secrets.signingKey.kid })
        .sign(privateKey);
    },

    async toInternal(publicToken) {
      const known = internalTokens.get(publicToken);
      if (known !== undefined) return known;
      if (!isOurs(publicToken, secrets.signingKey.kid)) return publicToken;
      try {
        // An expired token passes here: lite then says what is wrong with it.
        const { payload } = await jwtVerify(publicToken, publicKey, {
          algorithms: ['ES256'],
          currentDate: new Date(0),
        });
        const internal = await new SignJWT(payload)
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
          .sign(internalKey);
        if (internalTokens.size >= rememberedTokens) internalTokens.clear();
        internalTokens.set(publicToken, internal);
        return internal;
      } catch {
        return publicToken;
      }
    },

    async verify(publicToken) {
      const { payload } = await jwtVerify(publicToken, publicKey, { algorithms: ['ES256'], issuer });
      return payload;
    },
  };
}

interface GoTrueUser {
  phone: string | null;
  raw_app_meta_data: unknown;
  raw_user_meta_data: unknown;
  is_anonymous: boolean;
}

function isOurs(token: string, kid: string): boolean {
  try {
    return decodeProtectedHeader(token).kid === kid;
  } catch {
    return false;
  }
}
