import type { ClaimedFileDeletions, DeleteFilesReport } from '../../types/schemas/account.ts';

export interface DeleteFilesDeps {
  claim: () => Promise<ClaimedFileDeletions>;
  settle: (id: number, error: string | null) => Promise<unknown>;
  /** Up to a hundred entries of a folder; empty when none is left. */
  list: (bucket: string, folder: string) => Promise<Entry[]>;
  /** Returns how many of them it removed. */
  remove: (bucket: string, paths: string[]) => Promise<number>;
}

export interface Entry {
  name: string;
  isFolder: boolean;
}

/** Empties the folders of people who were erased. What fails is tried again later; what is gone already is fine. */
export function makeDeleteFiles({ claim, settle, list, remove }: DeleteFilesDeps) {
  return async (): Promise<DeleteFilesReport> => {
    const report: DeleteFilesReport = { folders: 0, files: 0, failures: 0 };
    for (const { id, bucket, folder } of await claim()) {
      try {
        await empty(bucket, folder, report);
        await settle(id, null);
        report.folders += 1;
      } catch (error) {
        await settle(id, error instanceof Error ? error.message : String(error));
        report.failures += 1;
      }
    }
    return report;
  };

  /** Storage knows no folders, only names with slashes: one that holds nothing any more is gone. */
  async function empty(bucket: string, folder: string, report: DeleteFilesReport): Promise<void> {
    for (let entries = await list(bucket, folder); entries.length > 0; entries = await list(bucket, folder)) {
      const before = report.files;
      const paths = { files: [] as string[], folders: [] as string[] };
      for (const { name, isFolder } of entries)
        paths[isFolder ? 'folders' : 'files'].push(`${folder}/${name}`);
      for (const path of paths.folders) await empty(bucket, path, report);
      if (paths.files.length > 0) report.files += await remove(bucket, paths.files);
      // Otherwise the next round would be the same, and so for ever.
      if (report.files === before) throw new Error('Storage lists files that it does not remove');
    }
  }
}
