import { StoragePath } from '../../types/schemas/common.ts';
import { LearnFlowError } from '../../types/errors.ts';

/**
 * A path as it may stand in an address that is called with the secret key. supabase-js puts it there as it is: dots,
 * escapes and question marks would lead the key to other files, or to other commands. What is no path names no file.
 */
export function storagePath(path: string): string {
  if (!StoragePath.safeParse(path).success) throw new LearnFlowError('FILE_NOT_FOUND');
  return path.split('/').map(encodeURIComponent).join('/');
}
