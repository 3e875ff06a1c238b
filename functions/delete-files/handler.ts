import type { ClaimedFileDeletions, DeleteFilesReport } from '../../types/schemas/account.ts';

export interface DeleteFilesDeps {
  claim: () => Promise<ClaimedFileDeletions>;
  settle: (id: number, error: string | null) => Promise<unknown>;
  /** Paths of up to a hundred files of a folder; empty when none is left. */
  list: (bucket: string, folder: string) => Promise<string[]>;
  remove: (bucket: string, paths: string[]) => Promise<void>;
}

/** Empties the folders of people who were erased. What fails is tried again later; what is gone already is fine. */
export const makeDeleteFiles =
  ({ claim, settle, list, remove }: DeleteFilesDeps) =>
  async (): Promise<DeleteFilesReport> => {
    const report: DeleteFilesReport = { folders: 0, files: 0, failures: 0 };
    for (const { id, bucket, folder } of await claim()) {
      try {
        for (let paths = await list(bucket, folder); paths.length > 0; paths = await list(bucket, folder)) {
          await remove(bucket, paths);
          report.files += paths.length;
        }
        await settle(id, null);
        report.folders += 1;
      } catch (error) {
        await settle(id, error instanceof Error ? error.message : String(error));
        report.failures += 1;
      }
    }
    return report;
  };
